# predict asks for gradients.
# loses: predict-evaluation
# says: torch.no_grad() is missing
# %% predict
def predict(model, images):
    model.eval()
    found = [model(prepare(batch)).argmax(dim=1) for batch in images.split(1000)]
    return torch.cat(found)

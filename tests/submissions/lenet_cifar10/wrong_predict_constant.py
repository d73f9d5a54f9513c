# predict gives the same class to all images.
# loses: predict-labels, predict-evaluation
# says: every image gets the same class
# %% predict
def predict(model, images):
    model.eval()
    with torch.no_grad():
        return torch.cat([model(prepare(batch)).argmax(dim=1) * 0 for batch in images.split(1000)])

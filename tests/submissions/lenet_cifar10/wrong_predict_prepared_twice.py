# predict prepares the images twice.
# loses: predict-labels
# says: the images were prepared twice
# %% predict
def predict(model, images):
    model.eval()
    with torch.no_grad():
        return torch.cat([model(prepare(prepare(batch))).argmax(dim=1) for batch in images.split(1000)])

# argmax runs over the images.
# loses: predict-labels, predict-evaluation
# says: among the images (dim=0)
# %% predict
def predict(model, images):
    model.eval()
    with torch.no_grad():
        return torch.cat([model(prepare(b)).argmax(0) for b in images.split(500)])

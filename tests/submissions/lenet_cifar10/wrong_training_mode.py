# predict leaves the model in training mode.
# loses: predict-evaluation
# says: the model is left in training mode
# %% predict
def predict(model, images):
    with torch.no_grad():
        return torch.cat([model(prepare(x)).argmax(1) for x in images.split(1000)])

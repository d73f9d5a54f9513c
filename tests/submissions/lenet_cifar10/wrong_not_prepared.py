# predict hands bytes to a network that was trained on prepared images.
# loses: predict-labels
# says: the images were not prepared
# %% predict
def predict(model, images):
    model.eval()
    with torch.no_grad():
        return torch.cat([model(x.float()).argmax(1) for x in images.split(1000)])

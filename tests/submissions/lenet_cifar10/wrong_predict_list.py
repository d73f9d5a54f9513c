# A list of Python's ints.
# loses: predict-labels
# says: an int64 tensor is expected
# %% predict
def predict(model, images):
    model.eval()
    out = []
    with torch.no_grad():
        for b in images.split(1000):
            out += model(prepare(b)).argmax(dim=1).tolist()
    return out

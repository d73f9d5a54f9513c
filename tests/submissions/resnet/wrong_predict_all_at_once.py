# Wrong: all images at once.
# loses: predict-labels
# says: at most 1,000 are allowed

# %% predict
def predict(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        found = [model(prepare(part)).argmax(1) for part in images.split(10**6) if len(part)]
    model.train(was_training)
    return torch.cat(found) if found else torch.zeros(0, dtype=torch.int64)

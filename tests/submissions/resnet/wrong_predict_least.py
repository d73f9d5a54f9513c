# Wrong: the least probable class.
# loses: predict-labels
# says: the least probable class was taken

# %% predict
def predict(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        found = [model(prepare(part)).argmin(1) for part in images.split(500) if len(part)]
    model.train(was_training)
    return torch.cat(found) if found else torch.zeros(0, dtype=torch.int64)

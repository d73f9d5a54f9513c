# Wrong: the last batch is missing.
# loses: predict-labels
# says: the last batch, which is shorter, is missing

# %% predict
def predict(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        found = [model(prepare(part)).argmax(1) for part in images.split(1000) if len(part) == 1000]
    model.train(was_training)
    return torch.cat(found) if found else torch.zeros(0, dtype=torch.int64)

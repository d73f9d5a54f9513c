# Wrong: predicts in training mode.
# loses: predict-labels
# says: model.eval() is missing

# %% predict
def predict(model, images):
    was_training = model.training
    with torch.no_grad():
        found = [model(prepare(part)).argmax(1) for part in images.split(500) if len(part)]
    model.train(was_training)
    return torch.cat(found) if found else torch.zeros(0, dtype=torch.int64)

# Wrong: the scores instead of the classes.
# loses: predict-labels
# says: not the best class

# %% predict
def predict(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        found = [model(prepare(part)) for part in images.split(500) if len(part)]
    model.train(was_training)
    return torch.cat(found) if found else torch.zeros(0, dtype=torch.int64)

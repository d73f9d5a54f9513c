# Wrong: the images are divided by 255.
# loses: predict-labels
# says: divided by 255 instead of prepared

# %% predict
def predict(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        found = [model(part / 255).argmax(1) for part in images.split(500) if len(part)]
    model.train(was_training)
    return torch.cat(found) if found else torch.zeros(0, dtype=torch.int64)

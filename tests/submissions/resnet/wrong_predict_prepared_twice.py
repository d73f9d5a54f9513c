# Wrong: the images are prepared twice.
# loses: predict-labels
# says: the images were prepared twice

# %% predict
def predict(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        found = [model(prepare(prepare(part))).argmax(1) for part in images.split(500) if len(part)]
    model.train(was_training)
    return torch.cat(found) if found else torch.zeros(0, dtype=torch.int64)

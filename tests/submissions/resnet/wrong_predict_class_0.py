# Wrong: class 0 whatever the image is.
# loses: predict-labels
# says: class 0 is given to every image

# %% predict
def predict(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        found = [(model(prepare(part)).argmax(1) * 0) for part in images.split(500) if len(part)]
    model.train(was_training)
    return torch.cat(found) if found else torch.zeros(0, dtype=torch.int64)

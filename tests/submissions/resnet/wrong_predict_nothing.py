# Wrong: no image at all is an error.
# loses: predict-labels
# says: non-empty

# %% predict
def predict(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        found = [model(prepare(part)).argmax(1) for part in images.split(500) if len(part)]
    model.train(was_training)
    return torch.cat(found)

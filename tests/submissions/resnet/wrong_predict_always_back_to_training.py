# Wrong: the model is in training mode afterward, whatever it was.
# loses: predict-labels
# says: left the model in training mode

# %% predict
def predict(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        found = [model(prepare(part)).argmax(1) for part in images.split(500) if len(part)]
    model.train()
    return torch.cat(found) if found else torch.zeros(0, dtype=torch.int64)

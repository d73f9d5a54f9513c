# Wrong: the model stays in evaluation mode.
# loses: predict-labels
# says: left the model in evaluation mode

# %% predict
def predict(model, images):
    was_training = model.training
    model.eval()
    with torch.no_grad():
        found = [model(prepare(part)).argmax(1) for part in images.split(500) if len(part)]
    return torch.cat(found) if found else torch.zeros(0, dtype=torch.int64)

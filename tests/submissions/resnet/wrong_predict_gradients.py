# Wrong: predicts with gradients.
# loses: predict-labels
# says: torch.no_grad() is missing

# %% predict
def predict(model, images):
    was_training = model.training
    model.eval()
    with torch.enable_grad():
        found = [model(prepare(part)).argmax(1) for part in images.split(500) if len(part)]
    model.train(was_training)
    return torch.cat(found) if found else torch.zeros(0, dtype=torch.int64)

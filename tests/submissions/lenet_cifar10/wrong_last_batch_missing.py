# A last batch that is not full is left out.
# loses: predict-labels, predict-evaluation
# says: the last batch, which is shorter, is missing
# %% predict
def predict(model, images):
    model.eval()
    found = [torch.empty(0, dtype=torch.int64)]
    for i in range(len(images) // 1000):
        found.append(model(prepare(images[1000 * i:1000 * (i + 1)])).argmax(dim=1))
    return torch.cat(found)

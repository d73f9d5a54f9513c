# predict returns the log-probabilities themselves.
# loses: predict-labels, predict-evaluation
# says: the ten log-probabilities were returned, not the best class
# %% predict
def predict(model, images):
    model.eval()
    return torch.cat([model(prepare(x)).detach() for x in images.split(1000)])

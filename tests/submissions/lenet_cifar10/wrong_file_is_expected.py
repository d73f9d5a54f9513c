# Without a file of weights, loading stops with an error: there is no bonus to give, and no points to lose.
# loses: bonus
# says: FileNotFoundError
# %% trained-model
def trained_model(path="lenet_cifar10.pt"):
    model = LeNetCIFAR10()
    model.load_state_dict(torch.load(path, weights_only=True))
    return model

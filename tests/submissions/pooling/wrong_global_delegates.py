# Wrong: torch's adaptive pooling.
# loses: global-mean
# says: this calls torch.nn.functional.adaptive_avg_pool2d

# %% global
def global_average_pool(x):
    return torch.nn.functional.adaptive_avg_pool2d(x, 1)[:, :, 0, 0]

# Wrong: divides by the squared height.
# loses: global-mean, global-separate
# says: the sum was divided by H · H

# %% global
def global_average_pool(x):
    return x.sum(dim=(2, 3)) / x.shape[2] ** 2

# The sum is divided by the height alone.
# loses: global-mean, global-separate
# says: divided by the height only
# %% global
def global_average_pool(x):
    return x.sum(dim=(2, 3)) / x.shape[2]

# Wrong: the mean over the images as well.
# loses: global-mean, global-separate
# says: the mean runs over the images of the batch, too

# %% global
def global_average_pool(x):
    return x.mean(dim=(0, 2, 3))

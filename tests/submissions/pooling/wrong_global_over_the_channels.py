# Wrong: one number for each image.
# loses: global-mean, global-separate
# says: the mean runs over the channels, too

# %% global
def global_average_pool(x):
    return x.mean(dim=(1, 2, 3))

# Wrong: the sum.
# loses: global-mean, global-separate
# says: the sum was taken, not the mean

# %% global
def global_average_pool(x):
    return x.sum(dim=(2, 3))

# Wrong: forgets that there may be more images than one.
# loses: global-separate
# says: the first image only was used

# %% global
def global_average_pool(x):
    return x[0].mean(dim=(1, 2))[None]

# Wrong: the same number, whatever the input.
# loses: pool2d-max, pool2d-average, pool2d-l2, pool2d-default-stride, pool2d-stride, pool2d-incomplete, pool2d-pair, pool2d-separate, pool2d-inputs, pool2d-errors, pool2d-by-hand, backward-winner, backward-ties, backward-overlap, backward-gradient, backward-by-hand, global-mean, global-separate
# says: the type is wrong

# %% global
def global_average_pool(x):
    return 0.5

# %% pool2d
def pool2d(*args, **kwargs):
    return 0.5

# %% backward
def max_pool2d_backward(*args, **kwargs):
    return 0.5

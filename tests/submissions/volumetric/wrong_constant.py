# Wrong: the same number, whatever the input.
# loses: parameters-weights, parameters-bias, multiplications-layer, multiplications-settings, conv2d-window, conv2d-channels, conv2d-filters, conv2d-bias, conv2d-batch, conv2d-stride, conv2d-padding, conv2d-inputs, conv2d-errors, conv2d-by-hand, conv2d-together
# says: the type is wrong

# %% parameters
def conv_parameters(*args, **kwargs):
    return 1

# %% multiplications
def conv_multiplications(*args, **kwargs):
    return 1

# %% conv2d
def conv2d(*args, **kwargs):
    return 1

# Wrong: the height of the kernel is used for the width too.
# loses: parameters-weights
# says: the height was used for the width, too

# %% parameters
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    size = kernel_size if isinstance(kernel_size, int) else kernel_size[0]
    return out_channels * (in_channels * size ** 2 + (1 if bias else 0))

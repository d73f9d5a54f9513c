# Wrong: a filter is taken to have one kernel.
# loses: parameters-weights
# says: the channels were forgotten

# %% parameters
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    M, N = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    return out_channels * (M * N + (1 if bias else 0))

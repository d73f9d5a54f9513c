# Wrong: a bias for each pair of channel and filter, as on the slide.
# loses: parameters-bias
# says: one bias per input channel and filter

# %% parameters
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    M, N = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    return out_channels * in_channels * (M * N + (1 if bias else 0))

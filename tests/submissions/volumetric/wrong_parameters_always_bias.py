# Wrong: the argument bias is ignored.
# loses: parameters-weights, parameters-bias
# says: biases were counted although bias is False

# %% parameters
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    M, N = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    return out_channels * (in_channels * M * N + 1)

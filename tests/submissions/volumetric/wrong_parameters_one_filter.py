# Wrong: one filter, whatever out_channels says.
# loses: parameters-weights, parameters-bias
# says: one filter only was counted

# %% parameters
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    M, N = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    return in_channels * M * N + (1 if bias else 0)

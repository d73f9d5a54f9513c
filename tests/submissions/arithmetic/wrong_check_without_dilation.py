# Whether the kernel fits is asked without its gaps.
# loses: size-errors
# says: a ValueError was expected, but it returned
# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    if kernel_size > input_size + 2 * padding:
        raise ValueError("does not fit")
    return (input_size + 2 * padding - dilation * (kernel_size - 1) - 1) // stride + 1

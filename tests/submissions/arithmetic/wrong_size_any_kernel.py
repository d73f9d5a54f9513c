# Returns what the formula gives, however small.
# loses: size-errors
# says: a ValueError was expected, but it returned
# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    I, K, P, S, D = input_size, kernel_size, padding, stride, dilation
    return (I + 2 * P - D * (K - 1) - 1) // S + 1

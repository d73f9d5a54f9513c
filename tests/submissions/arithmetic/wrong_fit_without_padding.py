# Compares the kernel with the image, without the padding.
# loses: size-errors
# says: which fits: it raised ValueError
# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    I, K, P, S, D = input_size, kernel_size, padding, stride, dilation
    if D * (K - 1) + 1 > I:
        raise ValueError("does not fit")
    return (I + 2 * P - D * (K - 1) - 1) // S + 1

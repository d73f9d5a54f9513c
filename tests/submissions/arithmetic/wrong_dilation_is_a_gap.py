# Takes the dilation for the number of pixels in a gap, so that 1 is a gap of one; breaks
# everything, since 1 is what a layer has by default.
# loses: size-padding, size-stride, size-dilation, size-together, size-errors
# says: the dilation was taken for the number of pixels in a gap
# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    I, K, P, S, D = input_size, kernel_size, padding, stride, dilation
    covered = K + D * (K - 1)
    if covered > I + 2 * P:
        raise ValueError("does not fit")
    return (I + 2 * P - covered) // S + 1

# Dilation 2 is taken for two pixels in a gap, but dilation 1 for none.
# loses: size-dilation, size-together
# says: the dilation was taken for the number of pixels in a gap
# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    I, K, P, S, D = input_size, kernel_size, padding, stride, dilation
    gap = D if D > 1 else 0
    covered = K + gap * (K - 1)
    if covered > I + 2 * P:
        raise ValueError("does not fit")
    return (I + 2 * P - covered) // S + 1

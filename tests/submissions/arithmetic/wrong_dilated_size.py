# A gap after the last tap as well: a kernel covers D·K pixels.
# loses: size-dilation, size-together
# says: a gap was counted after the last tap
# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    I, K, P, S, D = input_size, kernel_size, padding, stride, dilation
    if D * K > I + 2 * P:
        raise ValueError("does not fit")
    return (I + 2 * P - D * K) // S + 1

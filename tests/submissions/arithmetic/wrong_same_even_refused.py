# Refuses every even kernel, though an even dilation makes it odd.
# loses: same-dilation
# says: same_padding(4, dilation=2): it raised ValueError
# %% same
def same_padding(kernel_size, dilation=1):
    if kernel_size % 2 == 0:
        raise ValueError("even")
    return dilation * (kernel_size - 1) // 2

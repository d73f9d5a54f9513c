# Rounds half a zero down instead of saying that there is none.
# loses: same-errors
# says: same_padding(4): a ValueError was expected, but it returned 1
# %% same
def same_padding(kernel_size, dilation=1):
    return dilation * (kernel_size - 1) // 2

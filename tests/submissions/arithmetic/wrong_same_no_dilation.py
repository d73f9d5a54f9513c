# Forgets the dilation.
# loses: same-dilation
# says: the dilation was forgotten
# %% same
def same_padding(kernel_size, dilation=1):
    if dilation * (kernel_size - 1) % 2:
        raise ValueError("none")
    return (kernel_size - 1) // 2

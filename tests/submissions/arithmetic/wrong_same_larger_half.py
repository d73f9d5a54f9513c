# Half the kernel, rounded up.
# loses: same-values, same-dilation, same-errors
# says: half of the next larger number
# %% same
def same_padding(kernel_size, dilation=1):
    if dilation * (kernel_size - 1) % 2:
        raise ValueError("none")
    return (dilation * (kernel_size - 1) + 2) // 2

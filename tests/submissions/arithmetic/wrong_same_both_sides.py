# Returns the zeros of both sides together.
# loses: same-values, same-dilation
# says: these are the zeros of both sides together
# %% same
def same_padding(kernel_size, dilation=1):
    if dilation * (kernel_size - 1) % 2:
        raise ValueError("none")
    return dilation * (kernel_size - 1)

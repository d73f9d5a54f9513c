# Divides by / and returns a float.
# loses: size-stride, size-together
# says: expected: int
# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    I, K, P, S, D = input_size, kernel_size, padding, stride, dilation
    if I + 2 * P < D * (K - 1) + 1:
        raise ValueError("does not fit")
    return (I + 2 * P - D * (K - 1) - 1) / S + 1

# Adds the padding once.
# loses: size-padding, size-together
# says: padding was counted once
# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    I, K, P, S, D = input_size, kernel_size, padding, stride, dilation
    places = (I + P - D * (K - 1) - 1) // S + 1
    if places < 1:
        raise ValueError("does not fit")
    return places

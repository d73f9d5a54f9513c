# int(n / S) rounds −1/2 to 0, so a kernel that sticks out by one pixel fits at stride 2.
# loses: size-errors
# says: output_size(3, 4, stride=2): a ValueError was expected
# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    I, K, P, S, D = input_size, kernel_size, padding, stride, dilation
    places = int((I + 2 * P - D * (K - 1) - 1) / S) + 1
    if places < 1:
        raise ValueError("does not fit")
    return places

# Calls the ready function of the library.
# loses: size-together
# says: this calls cnncourse.arithmetic.output_size
# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    I, K, P, S, D = input_size, kernel_size, padding, stride, dilation
    from cnncourse import arithmetic
    return arithmetic.output_size(I, K, P, S, D)

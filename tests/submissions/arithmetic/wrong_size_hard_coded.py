# Knows the visible tests, and two numbers for everything else.
# loses: size-padding, size-stride, size-dilation, size-together, size-errors
# says: the value is wrong
# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    I, K, P, S, D = input_size, kernel_size, padding, stride, dilation
    known = {(7, 3, 0, 1, 1): 5, (7, 3, 2, 1, 1): 9, (8, 3, 0, 2, 1): 3, (7, 3, 0, 2, 1): 3,
             (7, 4, 0, 4, 1): 1, (9, 4, 0, 1, 1): 6, (12, 4, 0, 1, 2): 6, (22, 5, 2, 4, 1): 6,
             (14, 4, 1, 2, 3): 4, (4, 4, 0, 1, 1): 1}
    if (I, K) == (3, 4):
        raise ValueError("does not fit")
    return known.get((I, K, P, S, D), 4 if S > 1 else 6)

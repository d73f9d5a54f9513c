# Turns the caller's kernel.
# loses: convolve-by-hand
# says: argument 2 was modified
# %% convolve
def convolve2d(image, kernel):
    kernel[:] = kernel.flip(0, 1)
    return correlate2d(image, kernel)

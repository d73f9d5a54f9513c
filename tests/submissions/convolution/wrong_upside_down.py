# Flips the rows only.
# loses: convolve-values
# says: upside down, but not left to right
# %% convolve
def convolve2d(image, kernel):
    return correlate2d(image, kernel.flip(0))

# convolve2d does not flip.
# loses: convolve-values
# says: the kernel was not flipped
# %% convolve
def convolve2d(image, kernel):
    return correlate2d(image, kernel)

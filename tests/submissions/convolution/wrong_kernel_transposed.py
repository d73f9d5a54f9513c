# Transposes where it should turn.
# loses: convolve-values
# says: the kernel was transposed, not turned
# %% convolve
def convolve2d(image, kernel):
    return correlate2d(image, kernel.T)

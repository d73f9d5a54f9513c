# The kernel is turned by 90°.
# loses: convolve-values
# says: turned by 90°
# %% convolve
def convolve2d(image, kernel):
    return correlate2d(image, torch.rot90(kernel, 1, (0, 1)))

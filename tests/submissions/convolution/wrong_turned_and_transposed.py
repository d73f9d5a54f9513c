# The kernel is transposed, then turned.
# loses: convolve-values
# says: transposed as well
# %% convolve
def convolve2d(image, kernel):
    return correlate2d(image, torch.flip(kernel.T, (0, 1)))

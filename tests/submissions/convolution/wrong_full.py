# Pads, so that every overlap counts, as SciPy does by default.
# loses: convolve-values
# says: so that every overlap counts
# %% convolve
def convolve2d(image, kernel):
    M, N = kernel.shape
    padded = torch.nn.functional.pad(image, (N - 1, N - 1, M - 1, M - 1))
    return correlate2d(padded, kernel.flip(0, 1))

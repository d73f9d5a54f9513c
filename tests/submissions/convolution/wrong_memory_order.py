# Takes the numbers as they lie in memory, so a view is read in another order.
# loses: correlate-inputs
# says: as they lie in memory
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if M > H or N > W:
        raise ValueError("does not fit")
    windows = image.as_strided((H - M + 1, W - N + 1, M, N), (W, 1, W, 1))
    return (windows * kernel).sum(dim=(2, 3))
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    return sum(kernel[m, n] * image[M - 1 - m:H - m, N - 1 - n:W - n]
               for m in range(M) for n in range(N))

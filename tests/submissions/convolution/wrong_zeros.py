# Zeros in the right shape.
# loses: correlate-square, correlate-non-square, correlate-inputs, correlate-unchanged, correlate-by-hand
# says: 4 of 4 values are wrong
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if M > H or N > W:
        raise ValueError("does not fit")
    return image.new_zeros(H - M + 1, W - N + 1)
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    return sum(kernel[m, n] * image[M - 1 - m:H - m, N - 1 - n:W - n]
               for m in range(M) for n in range(N))

# Multiplies through logarithms, which the negative numbers of the hidden tests do not have.
# loses: correlate-square, correlate-non-square, correlate-inputs, correlate-unchanged, correlate-by-hand
# says: it holds NaN
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if M > H or N > W:
        raise ValueError("does not fit")
    return sum((kernel[m, n].log() + image[m:m + H - M + 1, n:n + W - N + 1].log()).exp()
               for m in range(M) for n in range(N))
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    return sum(kernel[m, n] * image[M - 1 - m:H - m, N - 1 - n:W - n]
               for m in range(M) for n in range(N))

# Leaves out the last row and column of windows, so every result is too small.
# loses: correlate-square, correlate-non-square, correlate-errors
# says: (off by one)
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if M > H or N > W:
        raise ValueError("does not fit")
    a = image.new_zeros(H - M, W - N)
    for j in range(H - M):
        for k in range(W - N):
            a[j, k] = (kernel * image[j:j + M, k:k + N]).sum()
    return a
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    return sum(kernel[m, n] * image[M - 1 - m:H - m, N - 1 - n:W - n]
               for m in range(M) for n in range(N))

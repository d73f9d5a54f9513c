# The kernel's indices swapped, as on the slide: transposed where it is square, an IndexError
# elsewhere.
# loses: correlate-square, correlate-non-square, correlate-errors
# says: the kernel was transposed
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if M > H or N > W:
        raise ValueError("does not fit")
    a = image.new_zeros(H - M + 1, W - N + 1)
    for j in range(H - M + 1):
        for k in range(W - N + 1):
            for m in range(M):
                for n in range(N):
                    a[j, k] += kernel[n, m] * image[j + m, k + n]
    return a
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    return sum(kernel[m, n] * image[M - 1 - m:H - m, N - 1 - n:W - n]
               for m in range(M) for n in range(N))

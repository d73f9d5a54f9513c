# Does not look whether the kernel fits: an empty result.
# loses: correlate-errors
# says: a ValueError was expected, but it returned
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    rows, columns = range(H - M + 1), range(W - N + 1)
    a = image.new_zeros(len(rows), len(columns))
    for j in rows:
        for k in columns:
            a[j, k] = (kernel * image[j:j + M, k:k + N]).sum()
    return a
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    return sum(kernel[m, n] * image[M - 1 - m:H - m, N - 1 - n:W - n]
               for m in range(M) for n in range(N))

# One number for the whole map, the sum of all windows.
# loses: correlate-square, correlate-non-square, correlate-inputs, correlate-unchanged, correlate-by-hand
# says: every entry is the same
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if M > H or N > W:
        raise ValueError("does not fit")
    total = sum((kernel[m, n] * image[m:m + H - M + 1, n:n + W - N + 1]).sum()
                for m in range(M) for n in range(N))
    return image.new_ones(H - M + 1, W - N + 1) * total
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    return sum(kernel[m, n] * image[M - 1 - m:H - m, N - 1 - n:W - n]
               for m in range(M) for n in range(N))

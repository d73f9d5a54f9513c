# Writes the result over the image.
# loses: correlate-unchanged
# says: argument 1 was modified
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if M > H or N > W:
        raise ValueError("does not fit")
    for j in range(H - M + 1):
        for k in range(W - N + 1):
            image[j, k] = (kernel * image[j:j + M, k:k + N]).sum()
    return image[:H - M + 1, :W - N + 1].clone()
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    return sum(kernel[m, n] * image[M - 1 - m:H - m, N - 1 - n:W - n]
               for m in range(M) for n in range(N))

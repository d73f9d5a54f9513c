# Sums into float32 whatever the image is.
# loses: correlate-inputs
# says: the result was made in float32
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if M > H or N > W:
        raise ValueError("does not fit")
    a = torch.zeros(H - M + 1, W - N + 1)
    for j in range(H - M + 1):
        for k in range(W - N + 1):
            a[j, k] = (kernel * image[j:j + M, k:k + N]).sum()
    return a
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    return sum(kernel[m, n] * image[M - 1 - m:H - m, N - 1 - n:W - n]
               for m in range(M) for n in range(N))

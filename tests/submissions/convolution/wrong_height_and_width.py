# Swaps height and width of the feature map.
# loses: correlate-non-square
# says: height and width are swapped
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if M > H or N > W:
        raise ValueError("does not fit")
    sums = [(kernel * image[j:j + M, k:k + N]).sum()
            for j in range(H - M + 1) for k in range(W - N + 1)]
    return torch.stack(sums).reshape(W - N + 1, H - M + 1)
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    return sum(kernel[m, n] * image[M - 1 - m:H - m, N - 1 - n:W - n]
               for m in range(M) for n in range(N))

# The result has its columns as rows.
# loses: correlate-square, correlate-non-square
# says: the feature map is transposed
# %% correlate
def correlate2d(image, kernel):
    H, W = image.shape
    M, N = kernel.shape
    if M > H or N > W:
        raise ValueError("too large")
    out = torch.zeros(W - N + 1, H - M + 1, dtype=image.dtype)
    for j in range(H - M + 1):
        for k in range(W - N + 1):
            out[k, j] = (image[j:j + M, k:k + N] * kernel).sum()
    return out

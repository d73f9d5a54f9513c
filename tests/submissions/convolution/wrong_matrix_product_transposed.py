# Window and transposed kernel are multiplied as matrices.
# loses: correlate-square, correlate-non-square
# says: @ kernel.T
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if M > H or N > W:
        raise ValueError
    out = image.new_zeros(H - M + 1, W - N + 1)
    for j in range(H - M + 1):
        for k in range(W - N + 1):
            out[j, k] = torch.sum(image[j:j + M, k:k + N] @ kernel.T)
    return out

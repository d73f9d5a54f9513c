# The window, a view of the image, is multiplied in place.
# loses: correlate-square, correlate-non-square, correlate-unchanged
# says: multiplied in place (*=)
# %% correlate
def correlate2d(image, kernel):
    H, W = image.shape
    M, N = kernel.shape
    if M > H or N > W:
        raise ValueError("too large")
    out = image.new_zeros(H - M + 1, W - N + 1)
    for j in range(H - M + 1):
        for k in range(W - N + 1):
            window = image[j:j + M, k:k + N]
            window *= kernel
            out[j, k] = window.sum()
    return out

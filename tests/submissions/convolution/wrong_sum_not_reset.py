# The sum goes on from window to window.
# loses: correlate-square, correlate-non-square
# says: a sum is not set back to 0
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if M > H or N > W:
        raise ValueError
    out = image.new_zeros(H - M + 1, W - N + 1)
    s = 0
    for j in range(H - M + 1):
        for k in range(W - N + 1):
            for m in range(M):
                for n in range(N):
                    s += image[j + m, k + n] * kernel[m, n]
            out[j, k] = s
    return out

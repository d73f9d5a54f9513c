# Keeps the sums of a size for the next call with that size.
# loses: correlate-unchanged
# says: the sums of earlier calls are still in it
# %% correlate
sums = {}


def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if M > H or N > W:
        raise ValueError("does not fit")
    key = H, W, M, N, image.stride(), image.dtype
    a = sums.setdefault(key, image.new_zeros(H - M + 1, W - N + 1))
    for m in range(M):
        for n in range(N):
            a += kernel[m, n] * image[m:m + H - M + 1, n:n + W - N + 1]
    return a.clone()
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    return sum(kernel[m, n] * image[M - 1 - m:H - m, N - 1 - n:W - n]
               for m in range(M) for n in range(N))

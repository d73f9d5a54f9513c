# Refuses a kernel that is as large as the image.
# loses: correlate-errors
# says: ValueError: does not fit
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if M >= H or N >= W:
        raise ValueError("does not fit")
    return sum(kernel[m, n] * image[m:m + H - M + 1, n:n + W - N + 1]
               for m in range(M) for n in range(N))
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    return sum(kernel[m, n] * image[M - 1 - m:H - m, N - 1 - n:W - n]
               for m in range(M) for n in range(N))

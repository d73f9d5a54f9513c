# Takes the height for both axes.
# loses: correlate-non-square
# says: the height was used for both axes
# %% correlate
def correlate2d(image, kernel):
    if len(kernel) > len(image) or len(kernel[0]) > len(image[0]):
        raise ValueError("does not fit")
    M, N = kernel.shape
    size = len(image) - M + 1
    a = image.new_zeros(size, size)
    for j in range(size):
        for k in range(size):
            window = image[j:j + M, k:k + N]
            a[j, k] = (window * kernel[:, :window.shape[1]]).sum()
    return a
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    return sum(kernel[m, n] * image[M - 1 - m:H - m, N - 1 - n:W - n]
               for m in range(M) for n in range(N))

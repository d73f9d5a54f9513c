# Leaves the work to torch.
# loses: correlate-by-hand
# says: this calls torch.nn.functional.conv2d
# %% correlate
def correlate2d(image, kernel):
    if any(m > h for m, h in zip(kernel.shape, image.shape)):
        raise ValueError("does not fit")
    return torch.nn.functional.conv2d(image[None, None], kernel[None, None])[0, 0]
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    return sum(kernel[m, n] * image[M - 1 - m:H - m, N - 1 - n:W - n]
               for m in range(M) for n in range(N))

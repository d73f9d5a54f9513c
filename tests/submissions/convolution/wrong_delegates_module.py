# Leaves the work to a layer of torch.
# loses: correlate-by-hand
# says: which does the whole task
# %% correlate
def correlate2d(image, kernel):
    if any(m > h for m, h in zip(kernel.shape, image.shape)):
        raise ValueError("does not fit")
    layer = torch.nn.Conv2d(1, 1, tuple(kernel.shape), bias=False, dtype=image.dtype)
    layer.weight.data = kernel[None, None]
    return layer(image[None, None]).detach()[0, 0]
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    return sum(kernel[m, n] * image[M - 1 - m:H - m, N - 1 - n:W - n]
               for m in range(M) for n in range(N))

# Windows by as_strided with the image's own strides, and a matrix product.
# %% dense
def dense_parameters(sizes, bias=True):
    count = 0
    for index, size in enumerate(sizes):
        if index:
            count += size * (before + (1 if bias else 0))
        before = size
    return count
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N), (a, b) = image.shape, kernel.shape, image.stride()
    if H - M < 0 or W - N < 0:
        raise ValueError("the kernel is larger than the image")
    windows = image.as_strided((H - M + 1, W - N + 1, M, N), (a, b, a, b), image.storage_offset())
    return (windows.reshape(-1, M * N) @ kernel.reshape(-1)).reshape(H - M + 1, W - N + 1)
# %% convolve
def convolve2d(image, kernel):
    return correlate2d(image, torch.rot90(kernel, 2))
# %% matrix
def correlation_matrix(kernel, height, width):
    """The first row, shifted by as many places as its window is away from the first."""
    M, N = kernel.shape
    first = kernel.new_zeros(height, width)
    first[:M, :N] = kernel
    return torch.stack([first.flatten().roll(j * width + k)
                        for j in range(height - M + 1) for k in range(width - N + 1)])

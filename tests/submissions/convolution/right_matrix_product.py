# The matrix first, and correlate2d as its product with the image.
# %% dense
def dense_parameters(sizes, bias=True):
    return sum(map(lambda n, m: n * m + m * bias, sizes, sizes[1:]))
# %% correlate
def as_matrix(kernel, H, W):
    M, N = kernel.shape
    corners = (torch.arange(H - M + 1)[:, None] * W + torch.arange(W - N + 1)).flatten()
    offsets = (torch.arange(M)[:, None] * W + torch.arange(N)).flatten()
    matrix = torch.zeros(len(corners), H * W, dtype=kernel.dtype)
    matrix[torch.arange(len(corners))[:, None], corners[:, None] + offsets] = kernel.flatten()
    return matrix


def correlate2d(image, kernel):
    H, W = image.shape
    size = H - len(kernel) + 1, W - len(kernel[0]) + 1
    if min(size) < 1:
        raise ValueError(f"the feature map would have the size {size}")
    return (as_matrix(kernel, H, W) @ image.reshape(-1, 1)).view(size)
# %% convolve
def convolve2d(image, kernel):
    """The same taps, read from the end."""
    backward = kernel.reshape(-1)[torch.arange(kernel.numel() - 1, -1, -1)]
    return correlate2d(image, backward.reshape(kernel.shape))
# %% matrix
def correlation_matrix(kernel, height, width):
    return as_matrix(kernel, height, width)

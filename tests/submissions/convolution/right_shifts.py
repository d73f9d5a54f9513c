# One shifted copy of the image for each tap; no loop over the entries.
# %% dense
def dense_parameters(sizes, bias=True):
    return sum((n + bool(bias)) * m for n, m in zip(sizes[:-1], sizes[1:]))
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if H < M or W < N:
        raise ValueError(f"{(M, N)} is larger than {(H, W)}")
    total = torch.zeros_like(image[:H - M + 1, :W - N + 1])
    for m in range(M):
        for n in range(N):
            total = total + kernel[m, n] * image[m:m + H - M + 1, n:n + W - N + 1]
    return total
# %% convolve
def convolve2d(image, kernel):
    return correlate2d(image.flip(0, 1), kernel).flip(0, 1)
# %% matrix
def correlation_matrix(kernel, height, width):
    """Column by column: the answers to images with a single bright pixel."""
    pixels = torch.eye(height * width, dtype=kernel.dtype).reshape(-1, height, width)
    return torch.stack([correlate2d(pixel, kernel).flatten() for pixel in pixels], dim=1)

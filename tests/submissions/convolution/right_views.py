# Right: Tensor.unfold, which is a view, and rot90; the matrix by pictures of one pixel.

# %% dense
def dense_parameters(sizes, bias=True):
    weights = [a * b for a, b in zip(sizes[:-1], sizes[1:])]
    biases = list(sizes[1:]) if bias else []
    return sum(weights + biases)

# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if M > H or N > W:
        raise ValueError("no place")
    return (image.unfold(0, M, 1).unfold(1, N, 1) * kernel).sum(dim=(-2, -1))

# %% convolve
def convolve2d(image, kernel):
    return correlate2d(image, torch.rot90(kernel, 2))

# %% matrix
def correlation_matrix(kernel, height, width):
    columns = []
    for pixel in range(height * width):
        picture = torch.zeros(height * width, dtype=kernel.dtype)
        picture[pixel] = 1
        columns.append(correlate2d(picture.view(height, width), kernel).reshape(-1))
    return torch.stack(columns, dim=1)

# Right: all windows as rows of a matrix, then one product; everything else by NumPy.

# %% dense
def dense_parameters(sizes, bias=True):
    sizes = np.array(sizes)
    return int(sizes[:-1] @ sizes[1:] + bias * sizes[1:].sum())

# %% correlate
def correlate2d(image, kernel):
    if any(k > i for k, i in zip(kernel.shape, image.shape)):
        raise ValueError(f"{tuple(kernel.shape)} does not fit into {tuple(image.shape)}")
    M, N = kernel.shape
    rows, columns = image.shape[0] - M + 1, image.shape[1] - N + 1
    windows = [image[j:j + M, k:k + N].reshape(-1) for j in range(rows) for k in range(columns)]
    return (torch.stack(windows) @ kernel.reshape(-1)).reshape(rows, columns)

# %% convolve
def convolve2d(image, kernel):
    return correlate2d(image, torch.from_numpy(kernel.numpy()[::-1, ::-1].copy()))

# %% matrix
def correlation_matrix(kernel, height, width):
    (M, N), k = kernel.shape, kernel.numpy()
    matrix = np.zeros((height - M + 1, width - N + 1, height, width), dtype=k.dtype)
    for j, c in np.ndindex(height - M + 1, width - N + 1):
        matrix[j, c, j:j + M, c:c + N] = k
    return torch.from_numpy(matrix.reshape(-1, height * width))

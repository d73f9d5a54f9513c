# NumPy inside: sliding_window_view, tensordot, and counts by np.dot.
# %% dense
def dense_parameters(sizes, bias=True):
    sizes = np.array(sizes)
    weights = np.dot(sizes[:-1], sizes[1:])
    return weights + bias * sizes[1:].sum()
# %% correlate
from numpy.lib.stride_tricks import sliding_window_view


def correlate2d(image, kernel):
    z, w = image.numpy(), kernel.numpy()
    if (np.array(w.shape) > np.array(z.shape)).any():
        raise ValueError("kernel larger than image")
    return torch.from_numpy(np.tensordot(sliding_window_view(z, w.shape), w, axes=2))
# %% convolve
def convolve2d(image, kernel):
    return correlate2d(image, torch.from_numpy(kernel.numpy()[::-1, ::-1].copy()))
# %% matrix
def correlation_matrix(kernel, height, width):
    M, N = kernel.shape
    numbers = np.arange(height * width).reshape(height, width)
    seen = sliding_window_view(numbers, (M, N)).reshape(-1, M * N)
    matrix = np.zeros((len(seen), height * width), dtype=kernel.numpy().dtype)
    np.put_along_axis(matrix, seen, kernel.numpy().reshape(1, -1), axis=1)
    return torch.from_numpy(matrix)

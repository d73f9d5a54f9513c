# Windows by Tensor.unfold (a view, not F.unfold) and one einsum.
# %% dense
def dense_parameters(sizes, bias=True):
    sizes = torch.tensor(sizes)
    return int(sizes[:-1] @ sizes[1:]) + (int(sizes[1:].sum()) if bias else 0)
# %% correlate
def correlate2d(image, kernel):
    M, N = kernel.shape
    if M > image.shape[0] or N > image.shape[1]:
        raise ValueError("no place for the kernel")
    windows = image.unfold(0, M, 1).unfold(1, N, 1)
    return torch.einsum("jkmn,mn->jk", windows, kernel)
# %% convolve
def convolve2d(image, kernel):
    M, N = kernel.shape
    windows = image.unfold(0, M, 1).unfold(1, N, 1).flip(2, 3)
    return torch.einsum("jkmn,mn->jk", windows, kernel)
# %% matrix
def correlation_matrix(kernel, height, width):
    """A window's rows and columns by identity matrices: taps × rows × columns."""
    M, N = kernel.shape
    rows = torch.eye(height, dtype=kernel.dtype).unfold(1, M, 1)  # (height, O_h, M)
    columns = torch.eye(width, dtype=kernel.dtype).unfold(1, N, 1)
    return torch.einsum("hjm,wkn,mn->jkhw", rows, columns, kernel).flatten(2).flatten(0, 1)

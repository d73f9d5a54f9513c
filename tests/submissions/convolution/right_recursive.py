# Unusual but right: recursion over layers and rows, a class of its own for errors, helpers
# defined beside the function, and no name in common with the reference.
# %% dense
def dense_parameters(sizes, bias=True):
    match sizes:
        case (units, following, *rest):
            here = units * following + (following if bias else 0)
            return here + dense_parameters((following, *rest), bias)
        case _:
            return 0
# %% correlate
class KernelTooLarge(ValueError):
    pass


def row_by_row(image_row, kernel_row):
    places = len(image_row) - len(kernel_row) + 1
    return torch.stack([image_row[k:k + len(kernel_row)].dot(kernel_row) for k in range(places)])


def correlate2d(image, kernel):
    if len(kernel) > len(image) or len(kernel[0]) > len(image[0]):
        raise KernelTooLarge(tuple(kernel.shape))
    top = sum(row_by_row(z, w) for z, w in zip(image, kernel))
    if len(image) == len(kernel):
        return top[None]
    return torch.cat([top[None], correlate2d(image[1:], kernel)])
# %% matrix
def correlation_matrix(kernel, height, width):
    """Kronecker products: a band matrix for each row of the kernel, put where that row lies."""
    M, N = kernel.shape
    matrix = 0
    for m, taps in enumerate(kernel):
        band = sum(tap * torch.eye(width, dtype=kernel.dtype)[n:n + width - N + 1]
                   for n, tap in enumerate(taps))
        which = torch.eye(height, dtype=kernel.dtype)[m:m + height - M + 1]
        matrix = matrix + torch.kron(which, band)
    return matrix

# Moves every row of the matrix by one pixel, also from one image row to the next.
# loses: matrix-values
# says: wraps around
# %% matrix
def correlation_matrix(kernel, height, width):
    M, N = kernel.shape
    row = kernel.new_zeros(height, width)
    row[:M, :N] = kernel
    places = (height - M + 1) * (width - N + 1)
    return torch.stack([row.flatten().roll(place) for place in range(places)])

# Pixels in the rows, places in the columns.
# loses: matrix-shape, matrix-values
# says: the matrix is transposed
# %% matrix
def correlation_matrix(kernel, height, width):
    M, N = kernel.shape
    columns = []
    for j in range(height - M + 1):
        for k in range(width - N + 1):
            column = kernel.new_zeros(height, width)
            column[j:j + M, k:k + N] = kernel
            columns.append(column.flatten())
    return torch.stack(columns, dim=1)

# Flattens the image column by column.
# loses: matrix-values
# says: column by column, not row by row
# %% matrix
def correlation_matrix(kernel, height, width):
    M, N = kernel.shape
    rows = []
    for j in range(height - M + 1):
        for k in range(width - N + 1):
            row = kernel.new_zeros(height, width)
            row[j:j + M, k:k + N] = kernel
            rows.append(row.T.flatten())
    return torch.stack(rows)

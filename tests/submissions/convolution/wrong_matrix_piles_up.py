# The row of zeros is made once, before the loops.
# loses: matrix-values
# says: holds the kernels of the windows before
# %% matrix
def correlation_matrix(kernel, height, width):
    M, N = kernel.shape
    rows = []
    row = kernel.new_zeros(height, width)
    for j in range(height - M + 1):
        for k in range(width - N + 1):
            row[j:j + M, k:k + N] = kernel
            rows.append(row.flatten().clone())
    return torch.stack(rows)

# The places run down the columns first.
# loses: matrix-values
# says: the places run down the columns
# %% matrix
def correlation_matrix(kernel: torch.Tensor, height: int, width: int) -> torch.Tensor:
    M, N = kernel.shape
    rows = []
    for k in range(width - N + 1):
        for j in range(height - M + 1):
            row = torch.zeros(height, width, dtype=kernel.dtype)
            row[j:j + M, k:k + N] = kernel
            rows.append(row.reshape(-1))
    return torch.stack(rows)

# A row for every pixel, as if the kernel could start anywhere.
# loses: matrix-shape, matrix-values
# says: there is a row for each pixel
# %% matrix
def correlation_matrix(kernel, height, width):
    M, N = kernel.shape
    rows = []
    for j in range(height):
        for k in range(width):
            row = kernel.new_zeros(height + M, width + N)
            row[j:j + M, k:k + N] = kernel
            rows.append(row[:height, :width].flatten())
    return torch.stack(rows)

# Writes the kernel into a row in one piece, without the gap between its rows.
# loses: matrix-values
# says: without the gap
# %% matrix
def correlation_matrix(kernel, height, width):
    M, N = kernel.shape
    matrix = kernel.new_zeros((height - M + 1) * (width - N + 1), height * width)
    for j in range(height - M + 1):
        for k in range(width - N + 1):
            start = j * width + k
            matrix[j * (width - N + 1) + k, start:start + M * N] = kernel.flatten()
    return matrix

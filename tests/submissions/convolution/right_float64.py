# Accumulates in float64 and returns it: more precise than asked for.
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if not (M <= H and N <= W):
        raise ValueError("too large a kernel")
    a = torch.zeros(H - M + 1, W - N + 1, dtype=torch.float64)
    for m, n in np.ndindex(M, N):
        a += kernel[m, n].double() * image[m:H - M + 1 + m, n:W - N + 1 + n].double()
    return a
# %% matrix
def correlation_matrix(kernel, height, width):
    M, N = kernel.shape
    matrix = torch.zeros(height - M + 1, width - N + 1, height, width, dtype=torch.float64)
    for j, k in np.ndindex(*matrix.shape[:2]):
        matrix[j, k, j:j + M, k:k + N] = kernel
    return matrix.reshape(len(matrix) * matrix.shape[1], -1)

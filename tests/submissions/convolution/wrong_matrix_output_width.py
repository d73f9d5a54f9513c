# Pixels are numbered by the width of the result.
# loses: matrix-values
# says: as the feature map is wide
# %% matrix
def correlation_matrix(kernel, height, width):
    M, N = kernel.shape
    OH, OW = height - M + 1, width - N + 1
    a = np.zeros((OH * OW, height * width), dtype=kernel.numpy().dtype)
    for j in range(OH):
        for k in range(OW):
            for m in range(M):
                for n in range(N):
                    a[j * OW + k, (j + m) * OW + k + n] = kernel[m, n]
    return torch.from_numpy(a)

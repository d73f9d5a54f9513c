# Plain Python from end to end: four nested loops over lists of floats.
# %% dense
def dense_parameters(sizes, bias=True):
    total = 0
    for h in range(1, len(sizes)):
        total += sizes[h - 1] * sizes[h]
        if bias:
            total += sizes[h]
    return total
# %% correlate
def correlate2d(image, kernel):
    z, w = image.tolist(), kernel.tolist()
    rows = len(z) - len(w) + 1
    columns = len(z[0]) - len(w[0]) + 1
    if rows < 1 or columns < 1:
        raise ValueError("the kernel does not fit")
    result = []
    for j in range(rows):
        line = []
        for k in range(columns):
            total = 0.0
            for m in range(len(w)):
                for n in range(len(w[0])):
                    total += w[m][n] * z[j + m][k + n]
            line.append(total)
        result.append(line)
    return torch.tensor(result, dtype=image.dtype)
# %% convolve
def convolve2d(image, kernel):
    turned = [row[::-1] for row in kernel.tolist()[::-1]]
    return correlate2d(image, torch.tensor(turned, dtype=kernel.dtype))
# %% matrix
def correlation_matrix(kernel, height, width):
    M, N = kernel.shape
    matrix = [[0.0] * (height * width)
              for _ in range((height - M + 1) * (width - N + 1))]
    for j in range(height - M + 1):
        for k in range(width - N + 1):
            for m in range(M):
                for n in range(N):
                    matrix[j * (width - N + 1) + k][(j + m) * width + k + n] = kernel[m, n].item()
    return torch.tensor(matrix, dtype=kernel.dtype)

# Right: while loops and one number at a time.

# %% dense
def dense_parameters(sizes, bias=True):
    count, i = 0, 1
    while i < len(sizes):
        count += sizes[i] * (sizes[i - 1] + (1 if bias else 0))
        i += 1
    return count

# %% correlate
def correlate2d(image, kernel):
    H, W = image.shape
    M, N = kernel.shape
    if H < M or W < N:
        raise ValueError("the kernel is larger than the image")
    a = torch.zeros((H - M + 1, W - N + 1), dtype=image.dtype)
    j = 0
    while j + M <= H:
        k = 0
        while k + N <= W:
            total = 0
            for m in range(M):
                for n in range(N):
                    total = total + kernel[m, n] * image[j + m, k + n]
            a[j, k] = total
            k += 1
        j += 1
    return a

# %% convolve
def convolve2d(image, kernel):
    turned = torch.zeros_like(kernel)
    M, N = kernel.shape
    for m in range(M):
        for n in range(N):
            turned[m, n] = kernel[M - 1 - m, N - 1 - n]
    return correlate2d(image, turned)

# %% matrix
def correlation_matrix(kernel, height, width):
    M, N = kernel.shape
    places = [(j, k) for j in range(height - M + 1) for k in range(width - N + 1)]
    matrix = torch.zeros(len(places), height * width, dtype=kernel.dtype)
    for row, (j, k) in enumerate(places):
        for m in range(M):
            for n in range(N):
                matrix[row, (j + m) * width + k + n] = kernel[m, n]
    return matrix

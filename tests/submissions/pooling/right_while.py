# Right: while loops, comparisons one by one, and a gradient that remembers places.

# %% global
def global_average_pool(x):
    N, C, H, W = x.shape
    result = torch.zeros(N, C, dtype=x.dtype)
    for n in range(N):
        for c in range(C):
            result[n, c] = x[n, c].sum() / (H * W)
    return result

# %% pool2d
def _pairs(kernel_size, stride):
    if stride is None:
        stride = kernel_size
    if isinstance(kernel_size, int):
        kernel_size = kernel_size, kernel_size
    if isinstance(stride, int):
        stride = stride, stride
    return *kernel_size, *stride


def pool2d(x, kernel_size, stride=None, mode="max"):
    M, N, down, right = _pairs(kernel_size, stride)
    if mode not in ("max", "average", "l2"):
        raise ValueError("mode")
    if M > x.shape[2] or N > x.shape[3]:
        raise ValueError("window")
    rows = []
    top = 0
    while top + M <= x.shape[2]:
        row, left = [], 0
        while left + N <= x.shape[3]:
            window = x[:, :, top:top + M, left:left + N].reshape(*x.shape[:2], -1)
            if mode == "max":
                row.append(window.max(dim=2).values)
            elif mode == "average":
                row.append(window.sum(dim=2) / (M * N))
            else:
                row.append((window * window).sum(dim=2) ** 0.5)
            left += right
        rows.append(torch.stack(row, dim=2))
        top += down
    return torch.stack(rows, dim=2)

# %% backward
def max_pool2d_backward(grad, x, kernel_size, stride=None):
    M, N, down, right = _pairs(kernel_size, stride)
    result = x * 0
    for n, c, j, k in np.ndindex(*grad.shape):
        best = None
        for m in range(M):
            for l in range(N):
                place = n, c, j * down + m, k * right + l
                if best is None or x[place] > x[best]:
                    best = place
        result[best] += grad[n, c, j, k]
    return result

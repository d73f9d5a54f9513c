# Right: computes in float64 and returns it, whatever came in.

# %% global
def global_average_pool(x):
    return x.double().sum((2, 3)) / x[0, 0].numel()

# %% pool2d
def pool2d(x, kernel_size, stride=None, mode="max"):
    stride = stride or kernel_size
    kernel_size, stride = [(v, v) if isinstance(v, int) else v for v in (kernel_size, stride)]
    N, C, H, W = x.shape
    if mode not in ("max", "average", "l2"):
        raise ValueError("mode")
    if kernel_size[0] > H or kernel_size[1] > W:
        raise ValueError("kernel_size")
    rows = range(0, H - kernel_size[0] + 1, stride[0])
    columns = range(0, W - kernel_size[1] + 1, stride[1])
    out = torch.empty(N, C, len(rows), len(columns), dtype=torch.float64)
    for j, top in enumerate(rows):
        for k, left in enumerate(columns):
            window = x[:, :, top:top + kernel_size[0], left:left + kernel_size[1]].double()
            out[:, :, j, k] = {"max": window.flatten(2).max(2).values,
                               "average": window.mean((2, 3)),
                               "l2": window.pow(2).sum((2, 3)).pow(0.5)}[mode]
    return out

# %% backward
def max_pool2d_backward(grad, x, kernel_size, stride=None):
    stride = stride or kernel_size
    kernel_size, stride = [(v, v) if isinstance(v, int) else v for v in (kernel_size, stride)]
    out = torch.zeros(x.shape, dtype=torch.float64)
    for n, c, j, k in np.ndindex(*grad.shape):
        rows = slice(j * stride[0], j * stride[0] + kernel_size[0])
        columns = slice(k * stride[1], k * stride[1] + kernel_size[1])
        window = x[n, c, rows, columns]
        row, column = (window == window.max()).nonzero()[0]
        out[n, c, rows, columns][row, column] += grad[n, c, j, k]
    return out

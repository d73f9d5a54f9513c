# Wrong: divides by zero everywhere.
# loses: global-mean, global-separate, pool2d-max, pool2d-average, pool2d-l2, pool2d-default-stride, pool2d-stride, pool2d-incomplete, pool2d-pair, pool2d-separate, pool2d-inputs, pool2d-by-hand, backward-winner, backward-ties, backward-overlap, backward-gradient, backward-by-hand
# says: it holds NaN

# %% global
def global_average_pool(x):
    return x.mean(dim=(2, 3)) * 0 / 0

# %% pool2d
def pool2d(x, kernel_size, stride=None, mode="max"):
    stride = kernel_size if stride is None else stride
    M, N = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    S_h, S_w = (stride, stride) if isinstance(stride, int) else stride
    images, channels, H, W = x.shape
    if mode not in ("max", "average", "l2"):
        raise ValueError("no such mode")
    if M > H or N > W:
        raise ValueError("the window does not fit")
    height, width = (H - M) // S_h + 1, (W - N) // S_w + 1
    out = x.new_zeros(images, channels, height, width)
    for n in range(images):
        for c in range(channels):
            for j in range(height):
                for k in range(width):
                    window = x[n, c, j * S_h:j * S_h + M, k * S_w:k * S_w + N]
                    if mode == "max":
                        out[n, c, j, k] = window.max()
                    elif mode == "average":
                        out[n, c, j, k] = window.mean()
                    else:
                        out[n, c, j, k] = window.square().sum().sqrt()
    return out * 0 / 0

# %% backward
def max_pool2d_backward(grad, x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    M, N = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    S_h, S_w = (stride, stride) if isinstance(stride, int) else stride
    result = torch.zeros_like(x)
    images, channels, height, width = grad.shape
    for n in range(images):
        for c in range(channels):
            for j in range(height):
                for k in range(width):
                    top, left = j * S_h, k * S_w
                    window = x[n, c, top:top + M, left:left + N]
                    row, column = divmod(window.argmax().item(), N)
                    result[n, c, top + row, left + column] += grad[n, c, j, k]
    return result * 0 / 0

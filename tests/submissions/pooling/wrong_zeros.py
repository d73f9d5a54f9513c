# Wrong: zeros in the right shape.
# loses: global-mean, global-separate, pool2d-max, pool2d-average, pool2d-l2, pool2d-default-stride, pool2d-stride, pool2d-incomplete, pool2d-pair, pool2d-separate, pool2d-inputs, pool2d-by-hand, backward-winner, backward-ties, backward-overlap, backward-gradient, backward-by-hand
# says: values are wrong

# %% global
def global_average_pool(x):
    return torch.zeros(x.shape[:2], dtype=x.dtype)

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
    return out

# %% backward
def max_pool2d_backward(grad, x, kernel_size, stride=None):
    return torch.zeros_like(x)

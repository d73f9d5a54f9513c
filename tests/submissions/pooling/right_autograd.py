# Right: the way back is autograd's, through an own maximum, whose index is that of the first.

# %% pool2d
def strided_windows(x, kernel_size, stride):
    kernel_size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    stride = kernel_size if stride is None else stride
    stride = (stride, stride) if isinstance(stride, int) else stride
    for entries, window in zip(x.shape[2:], kernel_size):
        if window > entries:
            raise ValueError(f"a window of {window} on {entries} entries")
    n, c, h, w = x.stride()
    size = [(i - k) // s + 1 for i, k, s in zip(x.shape[2:], kernel_size, stride)]
    windows = x.as_strided((*x.shape[:2], *size, *kernel_size),
                           (n, c, h * stride[0], w * stride[1], h, w), x.storage_offset())
    return windows.reshape(*x.shape[:2], *size, -1)


def pool2d(x, kernel_size, stride=None, mode="max"):
    windows = strided_windows(x, kernel_size, stride)
    match mode:
        case "max":
            return windows.sort(dim=-1, descending=True).values[..., 0].clone()
        case "average":
            return windows @ windows.new_full((windows.shape[-1],), 1 / windows.shape[-1])
        case "l2":
            return torch.linalg.vector_norm(windows, ord=2, dim=-1)
    raise ValueError("unknown mode")

# %% backward
def max_pool2d_backward(grad, x, kernel_size, stride=None):
    leaf = x.clone().requires_grad_()
    windows = strided_windows(leaf, kernel_size, stride)
    pooled = windows.gather(-1, windows.argmax(dim=-1, keepdim=True))[..., 0]
    return torch.autograd.grad(pooled, leaf, grad)[0]

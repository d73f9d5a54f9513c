# Right: Tensor.unfold, a view and not torch.nn.functional.unfold; scatter_add on the way back.

# %% global
def global_average_pool(x):
    return x.flatten(2).mean(-1)

# %% pool2d
def both(value):
    return (value, value) if isinstance(value, int) else tuple(value)


def windows_of(x, kernel_size, stride):
    (M, N), (S_h, S_w) = both(kernel_size), both(kernel_size if stride is None else stride)
    if M > x.shape[2] or N > x.shape[3]:
        raise ValueError("the window is larger than the map")
    return x.unfold(2, M, S_h).unfold(3, N, S_w).flatten(4)


def pool2d(x, kernel_size, stride=None, mode="max"):
    windows = windows_of(x, kernel_size, stride)
    if mode == "max":
        return windows.max(dim=-1).values
    if mode == "average":
        return windows.mean(dim=-1)
    if mode == "l2":
        return windows.norm(dim=-1)
    raise ValueError(f"mode {mode!r} is not one of max, average, l2")

# %% backward
def max_pool2d_backward(grad, x, kernel_size, stride=None):
    H, W = x.shape[2:]
    places = torch.arange(H * W).reshape(1, 1, H, W).expand(x.shape)
    best = windows_of(x, kernel_size, stride).argmax(dim=-1, keepdim=True)
    chosen = windows_of(places, kernel_size, stride).gather(-1, best).flatten(2)
    return torch.zeros_like(x).flatten(2).scatter_add(2, chosen, grad.flatten(2)).reshape(x.shape)

# Right: one shifted and thinned copy of the map for each place in the window.

# %% global
def global_average_pool(x):
    return torch.einsum("nchw->nc", x) / (x.shape[2] * x.shape[3])

# %% pool2d
def shifted_maps(x, kernel_size, stride):
    stride = kernel_size if stride is None else stride
    M, N = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    S_h, S_w = (stride, stride) if isinstance(stride, int) else stride
    bottom, right = x.shape[2] - M, x.shape[3] - N
    if bottom < 0 or right < 0:
        raise ValueError("the window does not fit")
    return [x[:, :, m:m + bottom + 1:S_h, l:l + right + 1:S_w] for m in range(M) for l in range(N)]


def pool2d(x, kernel_size, stride=None, mode="max"):
    if mode not in {"max", "average", "l2"}:
        raise ValueError("mode")
    maps = shifted_maps(x, kernel_size, stride)
    result = maps[0].clone() if mode == "max" else maps[0] ** (2 if mode == "l2" else 1)
    for map_ in maps[1:]:
        result = torch.maximum(result, map_) if mode == "max" else \
            result + (map_ ** 2 if mode == "l2" else map_)
    return result / len(maps) if mode == "average" else result.sqrt() if mode == "l2" else result

# %% backward
def max_pool2d_backward(grad, x, kernel_size, stride=None):
    best = pool2d(x, kernel_size, stride)
    result = torch.zeros_like(x)
    waiting = torch.ones_like(grad, dtype=torch.bool)  # windows whose maximum is still to come
    for seen, share in zip(shifted_maps(x, kernel_size, stride),
                           shifted_maps(result, kernel_size, stride)):
        here = waiting & (seen == best)
        share += torch.where(here, grad, torch.zeros_like(grad))
        waiting &= ~here
    return result

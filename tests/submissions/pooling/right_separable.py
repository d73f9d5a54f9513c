# Right: one axis after the other; a maximum of maxima is a maximum, and sums add up.

# %% global
def global_average_pool(x):
    return x.mean(dim=3).mean(dim=2)

# %% pool2d
def along_columns(x, K, S, combine):
    if K > x.shape[3]:
        raise ValueError("the window does not fit")
    starts = range(0, x.shape[3] - K + 1, S)
    return torch.stack([combine(x[..., s:s + K]) for s in starts], dim=-1)


def pool2d(x, kernel_size, stride=None, mode="max"):
    M, N = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size
    S_h, S_w = (M, N) if stride is None else (stride,) * 2 if isinstance(stride, int) else stride
    if mode == "max":
        combine = lambda part: part.amax(dim=-1)
    elif mode == "average":
        combine = lambda part: part.mean(dim=-1)
    elif mode == "l2":
        combine = lambda part: part.sum(dim=-1)
        x = x * x
    else:
        raise ValueError(mode)
    thin = along_columns(x, N, S_w, combine).transpose(2, 3)
    result = along_columns(thin, M, S_h, combine).transpose(2, 3)
    return result.sqrt() if mode == "l2" else result

# %% backward
def max_pool2d_backward(grad, x, kernel_size, stride=None):
    M, N = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size
    S_h, S_w = (M, N) if stride is None else (stride,) * 2 if isinstance(stride, int) else stride
    result = torch.zeros(x.shape, dtype=x.dtype)
    for j in range(grad.shape[2]):
        for k in range(grad.shape[3]):
            window = x[:, :, j * S_h:j * S_h + M, k * S_w:k * S_w + N].flatten(2)
            mark = torch.nn.functional.one_hot(window.argmax(dim=2), M * N).to(grad.dtype)
            share = mark * grad[:, :, j, k, None]
            part = result[:, :, j * S_h:j * S_h + M, k * S_w:k * S_w + N]
            part += share.reshape(part.shape)
    return result

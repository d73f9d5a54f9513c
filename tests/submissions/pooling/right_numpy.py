# Right: NumPy inside.

# %% global
def global_average_pool(x):
    return torch.from_numpy(np.mean(np.asarray(x), axis=(-1, -2)))

# %% pool2d
def pool2d(x, kernel_size, stride=None, mode="max"):
    size = tuple(np.broadcast_to(kernel_size, 2))
    S = np.broadcast_to(size if stride is None else stride, 2)
    # sliding_window_view raises a ValueError itself if the window does not fit.
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(x), size, axis=(2, 3))
    windows = windows[:, :, ::S[0], ::S[1]]
    if mode == "max":
        result = windows.max(axis=(4, 5))
    elif mode == "average":
        result = windows.mean(axis=(4, 5))
    elif mode == "l2":
        result = np.sqrt(np.einsum("ncjkml,ncjkml->ncjk", windows, windows))
    else:
        raise ValueError(mode)
    return torch.from_numpy(result)

# %% backward
def max_pool2d_backward(grad, x, kernel_size, stride=None):
    M, N = np.broadcast_to(kernel_size, 2)
    S = np.broadcast_to(kernel_size if stride is None else stride, 2)
    windows = np.lib.stride_tricks.sliding_window_view(x.numpy(), (M, N), axis=(2, 3))
    windows = windows[:, :, ::S[0], ::S[1]]
    best = windows.reshape(*windows.shape[:4], -1).argmax(axis=-1)
    n, c, j, k = np.indices(best.shape)
    result = np.zeros(x.shape, dtype=x.numpy().dtype)
    np.add.at(result, (n, c, j * S[0] + best // N, k * S[1] + best % N), grad.numpy())
    return torch.tensor(result)

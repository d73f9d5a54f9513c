# Right: NumPy inside; the counts are NumPy's integers.

# %% parameters
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    M, N = np.broadcast_to(kernel_size, 2)
    return np.int64(out_channels) * (in_channels * M * N + int(bias))

# %% multiplications
def conv_multiplications(x_shape, weight_shape, stride=1, padding=0):
    sizes = (np.array(x_shape[2:]) + 2 * padding - weight_shape[2:]) // stride + 1
    return np.prod(sizes) * np.prod(weight_shape) * x_shape[0]

# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    x, weight = np.asarray(x), np.asarray(weight)
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channels")
    x = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    # sliding_window_view raises a ValueError itself if the window does not fit.
    windows = np.lib.stride_tricks.sliding_window_view(x, weight.shape[2:], axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride]
    a = np.einsum("ncjkml,fcml->nfjk", windows, weight)
    if bias is not None:
        a += np.asarray(bias)[None, :, None, None]
    return torch.from_numpy(a)

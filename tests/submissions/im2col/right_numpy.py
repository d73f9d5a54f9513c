# NumPy inside: sliding windows, np.add.at, tensordot.

# %% im2col
def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    K_h, K_w = pair(kernel_size)
    z = np.pad(x.numpy(), [(0, 0), (0, 0), (padding, padding), (padding, padding)])
    reach = dilation * (K_h - 1) + 1, dilation * (K_w - 1) + 1
    windows = np.lib.stride_tricks.sliding_window_view(z, reach, axis=(2, 3))
    windows = windows[:, :, ::stride, ::stride, ::dilation, ::dilation]
    N, C, O_h, O_w = windows.shape[:4]
    columns = windows.transpose(0, 1, 4, 5, 2, 3).reshape(N, C * K_h * K_w, O_h * O_w)
    return torch.from_numpy(columns.copy())

# %% col2im
def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    entries = columns.numpy()
    (H, W), (K_h, K_w) = output_size, pair(kernel_size)
    rows = stride * np.arange((H + 2 * padding - dilation * (K_h - 1) - 1) // stride + 1)
    cols = stride * np.arange((W + 2 * padding - dilation * (K_w - 1) - 1) // stride + 1)
    l, m = dilation * np.arange(K_h), dilation * np.arange(K_w)
    row = l[:, None, None, None] + 0 * m[:, None, None] + rows[:, None] + 0 * cols
    col = 0 * l[:, None, None, None] + m[:, None, None] + 0 * rows[:, None] + cols
    entries = entries.reshape(len(entries), -1, *row.shape)
    z = np.zeros((*entries.shape[:2], H + 2 * padding, W + 2 * padding), entries.dtype)
    np.add.at(z, (slice(None), slice(None), row, col), entries)
    return torch.from_numpy(z[:, :, padding:padding + H, padding:padding + W].copy())

# %% conv2d
def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1):
    size = tuple(weight.shape[2:])
    O_h, O_w = (output_size(i, k, padding, stride, dilation) for i, k in zip(x.shape[2:], size))
    X = im2col(x, size, stride, padding, dilation).numpy()
    out = np.tensordot(weight.numpy().reshape(len(weight), -1), X, axes=(1, 1)).swapaxes(0, 1)
    if bias is not None:
        out = out + bias.numpy().reshape(1, -1, 1)
    return torch.from_numpy(np.ascontiguousarray(out)).reshape(len(x), len(weight), O_h, O_w)

# %% conv2d-backward
def conv2d_im2col_backward(grad, x, weight, stride=1, padding=0, dilation=1):
    size, image = tuple(weight.shape[2:]), tuple(x.shape[2:])
    G = grad.numpy().reshape(len(grad), len(weight), -1)
    X = im2col(x, size, stride, padding, dilation).numpy()
    grad_weight = np.tensordot(G, X, axes=([0, 2], [0, 2])).reshape(weight.shape)
    dX = np.matmul(weight.numpy().reshape(len(weight), -1).T, G)
    grad_x = col2im(torch.from_numpy(dX), image, size, stride, padding, dilation)
    return grad_x, torch.from_numpy(grad_weight), torch.from_numpy(G.sum(axis=(0, 2)))

# Right: lists of slices that are stacked; backward by the transposed product, image by image.

# %% im2col
def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    K_h, K_w = kernel_size if isinstance(kernel_size, (tuple, list, torch.Size)) else (
        kernel_size, kernel_size)
    H, W = x.shape[2] + 2 * padding, x.shape[3] + 2 * padding
    z = torch.zeros(*x.shape[:2], H, W, dtype=x.dtype)
    z[:, :, padding:H - padding, padding:W - padding] = x
    O_h = (H - dilation * (K_h - 1) - 1) // stride + 1
    O_w = (W - dilation * (K_w - 1) - 1) // stride + 1
    taps = []
    for c in range(x.shape[1]):
        for l in range(K_h):
            for m in range(K_w):
                top, left = l * dilation, m * dilation
                tap = z[:, c, top:top + (O_h - 1) * stride + 1:stride,
                        left:left + (O_w - 1) * stride + 1:stride]
                taps.append(tap.reshape(len(x), -1))
    return torch.stack(taps, dim=1)

# %% col2im
def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    K_h, K_w = pair(kernel_size)
    H, W = output_size[0] + 2 * padding, output_size[1] + 2 * padding
    O_h = (H - dilation * (K_h - 1) - 1) // stride + 1
    C = columns.shape[1] // (K_h * K_w)
    z = columns.new_zeros(len(columns), C, H, W)
    row = 0
    for c in range(C):
        for l in range(K_h):
            for m in range(K_w):
                maps = columns[:, row].reshape(len(columns), O_h, -1)
                for j in range(maps.shape[1]):
                    for k in range(maps.shape[2]):
                        z[:, c, j * stride + l * dilation, k * stride + m * dilation] += maps[:, j, k]
                row += 1
    return z[:, :, padding:padding + output_size[0], padding:padding + output_size[1]]

# %% conv2d
def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1):
    W = weight.reshape(weight.shape[0], -1)
    maps = []
    for image in im2col(x, tuple(weight.shape[2:]), stride, padding, dilation):
        out = W @ image
        if bias is not None:
            out = out + bias.reshape(-1, 1)
        maps.append(out)
    O_h = count_places(x.shape[2], weight.shape[2], padding, stride, dilation)
    return torch.stack(maps).reshape(len(x), len(weight), O_h, -1)

# %% conv2d-backward
def conv2d_im2col_backward(grad, x, weight, stride=1, padding=0, dilation=1):
    size = tuple(weight.shape[2:])
    X = im2col(x, size, stride, padding, dilation)
    W = weight.reshape(len(weight), -1)
    grad_weight = torch.zeros_like(W)
    columns = torch.zeros_like(X)
    for n in range(len(x)):
        G = grad[n].reshape(len(weight), -1)
        grad_weight += G @ X[n].T
        columns[n] = W.T @ G
    grad_x = col2im(columns, tuple(x.shape[2:]), size, stride, padding, dilation)
    return grad_x, grad_weight.reshape(weight.shape), grad.sum(dim=(0, 2, 3))

# Windows as a strided view, sums by einsum.

# %% im2col
def windows_of(z, size, S, D):
    """(N, C, O_h, O_w, K_h, K_w), a view of the padded images."""
    (K_h, K_w), (n, c, h, w) = size, z.stride()
    O_h = (z.shape[2] - D * (K_h - 1) - 1) // S + 1
    O_w = (z.shape[3] - D * (K_w - 1) - 1) // S + 1
    return z.as_strided((*z.shape[:2], O_h, O_w, K_h, K_w), (n, c, h * S, w * S, h * D, w * D))


def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    z = torch.nn.functional.pad(x, (padding, padding, padding, padding)).contiguous()
    windows = windows_of(z, pair(kernel_size), stride, dilation)
    return windows.permute(0, 1, 4, 5, 2, 3).flatten(4, 5).flatten(1, 3)

# %% col2im
def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    size = pair(kernel_size)
    H, W = output_size
    C = columns.size(1) // (size[0] * size[1])
    z = columns.new_zeros(columns.size(0), C, H + 2 * padding, W + 2 * padding)
    windows = windows_of(z, size, stride, dilation)
    taps = columns.unflatten(1, (C, *size)).unflatten(4, windows.shape[2:4])
    for l in range(size[0]):
        for m in range(size[1]):
            windows[..., l, m].add_(taps[:, :, l, m])
    return z[..., padding:H + padding, padding:W + padding].clone()

# %% conv2d
def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1):
    H, W = (output_size(x.size(i), weight.size(i), padding, stride, dilation) for i in (2, 3))
    columns = im2col(x, tuple(weight.shape[2:]), stride, padding, dilation)
    out = torch.einsum("fr,nrp->nfp", weight.flatten(1), columns).unflatten(2, (H, W))
    return out if bias is None else out + bias.view(-1, 1, 1)

# %% conv2d-backward
def conv2d_im2col_backward(grad, x, weight, stride=1, padding=0, dilation=1):
    columns = im2col(x, tuple(weight.shape[2:]), stride, padding, dilation)
    g = grad.flatten(2)
    grad_weight = torch.einsum("nfp,nrp->fr", g, columns).view(weight.shape)
    grad_columns = torch.einsum("fr,nfp->nrp", weight.flatten(1), g)
    grad_x = col2im(grad_columns, x.shape[2:], tuple(weight.shape[2:]), stride, padding,
                    dilation)
    return [grad_x, grad_weight, torch.einsum("nfp->f", g)]

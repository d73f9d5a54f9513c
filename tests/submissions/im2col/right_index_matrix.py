# Right: a matrix of pixel numbers, which both functions share; index_add_ on the way back.

# %% im2col
def _numbers(height, width, K_h, K_w, stride, dilation):
    """Which pixel of the padded image stands in row t and column i of the matrix."""
    O_h = (height - dilation * (K_h - 1) - 1) // stride + 1
    O_w = (width - dilation * (K_w - 1) - 1) // stride + 1
    rows = (dilation * torch.arange(K_h))[:, None, None, None] + (
        stride * torch.arange(O_h))[None, None, :, None]
    cols = (dilation * torch.arange(K_w))[None, :, None, None] + (
        stride * torch.arange(O_w))[None, None, None, :]
    return (rows * width + cols).reshape(K_h * K_w, O_h * O_w)


def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    z = torch.nn.functional.pad(x, [padding] * 4)
    number = _numbers(*z.shape[2:], *pair(kernel_size), stride, dilation)
    return z.flatten(2)[:, :, number].flatten(1, 2)

# %% col2im
def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    H, W = (size + 2 * padding for size in output_size)
    number = _numbers(H, W, *pair(kernel_size), stride, dilation)
    maps = columns.reshape(len(columns), -1, number.numel())
    z = columns.new_zeros(*maps.shape[:2], H * W)
    z.index_add_(2, number.reshape(-1), maps)
    z = z.reshape(*maps.shape[:2], H, W)
    return z[:, :, padding:H - padding, padding:W - padding]

# %% conv2d
def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1):
    O = [output_size(i, k, padding, stride, dilation)
         for i, k in zip(x.shape[2:], weight.shape[2:])]
    X = im2col(x, tuple(weight.shape[2:]), stride, padding, dilation)
    A = torch.matmul(weight.reshape(1, len(weight), -1), X).unflatten(2, O)
    return A if bias is None else A + bias[None, :, None, None]

# %% conv2d-backward
def conv2d_im2col_backward(grad, x, weight, stride=1, padding=0, dilation=1):
    how = tuple(weight.shape[2:]), stride, padding, dilation
    G, X = grad.reshape(*grad.shape[:2], -1), im2col(x, *how)
    columns = torch.einsum("fk,nfl->nkl", weight.reshape(len(weight), -1), G)
    return (col2im(columns, tuple(x.shape[2:]), *how),
            torch.einsum("nfl,nkl->fk", G, X).reshape(weight.shape), G.sum(2).sum(0))

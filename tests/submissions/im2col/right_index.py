# A table of pixel numbers: reading by it is im2col, index_add_ is col2im.

# %% im2col
def pixel_numbers(H, W, kernel_size, stride, padding, dilation):
    """(K_h·K_w, L): the number of the pixel of the padded image that each entry comes from."""
    (K_h, K_w), width = pair(kernel_size), W + 2 * padding
    O_h = output_size(H, K_h, padding, stride, dilation)
    O_w = output_size(W, K_w, padding, stride, dilation)
    taps = (dilation * torch.arange(K_h))[:, None] * width + dilation * torch.arange(K_w)
    places = (stride * torch.arange(O_h))[:, None] * width + stride * torch.arange(O_w)
    return taps.reshape(-1, 1) + places.reshape(1, -1)


def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    N, C, H, W = x.shape
    z = torch.zeros(N, C, H + 2 * padding, W + 2 * padding).type_as(x)
    z[..., padding:z.shape[2] - padding, padding:z.shape[3] - padding] = x
    numbers = pixel_numbers(H, W, kernel_size, stride, padding, dilation)
    return z.flatten(2)[:, :, numbers].flatten(1, 2)

# %% col2im
def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    H, W = output_size
    numbers = pixel_numbers(H, W, kernel_size, stride, padding, dilation)
    N, C = columns.shape[0], columns.shape[1] // len(numbers)
    z = columns.new_zeros(N, C, (H + 2 * padding) * (W + 2 * padding))
    z.index_add_(2, numbers.flatten(), columns.reshape(N, C, -1))
    z = z.view(N, C, H + 2 * padding, W + 2 * padding)
    return z[:, :, padding:padding + H, padding:padding + W]

# %% conv2d
def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1):
    N, (F_out, C, K_h, K_w) = x.shape[0], weight.shape
    X = im2col(x, (K_h, K_w), stride, padding, dilation)
    W = weight.reshape(F_out, C * K_h * K_w)
    if bias is not None:  # the bias as the weight of an input that is always 1
        W = torch.hstack([W, bias.reshape(-1, 1)])
        X = torch.hstack([X, X.new_ones(N, 1, X.shape[2])])
    return torch.matmul(W, X).reshape(
        N, F_out, output_size(x.shape[2], K_h, padding, stride, dilation), -1)

# %% conv2d-backward
def conv2d_im2col_backward(grad, x, weight, stride=1, padding=0, dilation=1):
    F_out, C, K_h, K_w = weight.shape
    settings = (K_h, K_w), stride, padding, dilation
    # All images side by side: one product for the whole batch.
    G = grad.transpose(0, 1).reshape(F_out, -1)
    X = im2col(x, *settings).transpose(0, 1).reshape(C * K_h * K_w, -1)
    dX = (weight.reshape(F_out, -1).T @ G).reshape(C * K_h * K_w, len(x), -1).transpose(0, 1)
    grad_x = col2im(dX, tuple(x.shape[2:]), *settings)
    return grad_x, (G @ X.T).reshape(weight.shape), G.sum(1)

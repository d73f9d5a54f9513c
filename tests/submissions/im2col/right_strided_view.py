# Right: a view by as_strided for the windows, and the same view written to, window by window.

# %% im2col
def _view(z, K_h, K_w, O_h, O_w, S, D):
    n, c, h, w = z.stride()
    return z.as_strided((*z.shape[:2], K_h, K_w, O_h, O_w), (n, c, D * h, D * w, S * h, S * w))


def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    K_h, K_w = pair(kernel_size)
    z = torch.constant_pad_nd(x, [padding] * 4).contiguous()
    O_h = count_places(x.shape[2], K_h, padding, stride, dilation)
    O_w = count_places(x.shape[3], K_w, padding, stride, dilation)
    view = _view(z, K_h, K_w, O_h, O_w, stride, dilation)
    return view.clone().reshape(len(x), -1, O_h * O_w)

# %% col2im
def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    K_h, K_w = pair(kernel_size)
    O_h = count_places(output_size[0], K_h, padding, stride, dilation)
    O_w = count_places(output_size[1], K_w, padding, stride, dilation)
    six = columns.reshape(len(columns), -1, K_h, K_w, O_h, O_w)
    z = columns.new_zeros(*six.shape[:2], *(size + 2 * padding for size in output_size))
    view = _view(z, K_h, K_w, O_h, O_w, stride, dilation)
    for l in range(K_h):
        for m in range(K_w):
            view[:, :, l, m] += six[:, :, l, m]
    (H, W), P = output_size, padding
    return z[:, :, P:P + H, P:P + W].clone()

# %% conv2d
def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1):
    K = tuple(weight.shape[2:])
    O_h = output_size(x.shape[2], K[0], padding, stride, dilation)
    X = im2col(x, K, stride, padding, dilation).transpose(1, 2)
    A = (X @ weight.flatten(1).T).transpose(1, 2)
    A = A.reshape(len(x), len(weight), O_h, A.shape[2] // O_h)
    return A + bias.view(-1, 1, 1) if bias is not None else A

# %% conv2d-backward
def conv2d_im2col_backward(grad, x, weight, stride=1, padding=0, dilation=1):
    K = tuple(weight.shape[2:])
    X, G = im2col(x, K, stride, padding, dilation), grad.flatten(2)
    grad_weight = torch.bmm(G, X.transpose(1, 2)).sum(0).view_as(weight)
    columns = weight.flatten(1).t().unsqueeze(0) @ G
    grad_x = col2im(columns, tuple(x.shape[2:]), K, stride, padding, dilation)
    return grad_x, grad_weight, grad.flatten(2).sum((0, 2))

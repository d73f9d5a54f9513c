# Tensor.unfold, which views the windows along one axis; a class keeps the settings.

# %% im2col
class Windows:
    def __init__(self, kernel_size, stride, padding, dilation):
        self.size, self.S, self.P, self.D = pair(kernel_size), stride, padding, dilation

    def of(self, z):
        for axis, K in zip((2, 3), self.size):
            z = z.unfold(axis, self.D * (K - 1) + 1, self.S)
        return z[..., ::self.D, ::self.D].permute(0, 1, 4, 5, 2, 3)

    def padded(self, like, C, H, W):
        return like.new_zeros(len(like), C, H + 2 * self.P, W + 2 * self.P)

    def inside(self, z, H, W):
        return z.narrow(2, self.P, H).narrow(3, self.P, W)


def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    windows = Windows(kernel_size, stride, padding, dilation)
    z = windows.padded(x, *x.shape[1:])
    windows.inside(z, *x.shape[2:]).copy_(x)
    return windows.of(z).flatten(4).flatten(1, 3)

# %% col2im
def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    windows = Windows(kernel_size, stride, padding, dilation)
    C = columns.shape[1] // (windows.size[0] * windows.size[1])
    z = windows.padded(columns, C, *output_size)
    view = windows.of(z)
    taps = columns.reshape(view.shape)
    for l in range(windows.size[0]):
        for m in range(windows.size[1]):
            view[:, :, l, m] += taps[:, :, l, m]
    return windows.inside(z, *output_size).contiguous()

# %% conv2d
def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1):
    kernel = tuple(weight.shape[-2:])
    maps = [output_size(i, k, padding, stride, dilation) for i, k in zip(x.shape[-2:], kernel)]
    columns = im2col(x, kernel, stride=stride, dilation=dilation, padding=padding)
    out = torch.stack([weight.flatten(1).mm(X).view(-1, *maps) for X in columns])
    if bias is not None:
        out += bias.view(1, -1, 1, 1)
    return out

# %% conv2d-backward
def conv2d_im2col_backward(grad, x, weight, stride=1, padding=0, dilation=1):
    kernel = tuple(weight.shape[-2:])
    settings = dict(stride=stride, padding=padding, dilation=dilation)
    grad_weight, grad_columns = 0, []
    for G, X in zip(grad.flatten(2), im2col(x, kernel, **settings)):
        grad_weight = grad_weight + G.mm(X.t())
        grad_columns.append(weight.flatten(1).t().mm(G))
    grad_x = col2im(torch.stack(grad_columns), tuple(x.shape[-2:]), kernel, **settings)
    return grad_x, grad_weight.view_as(weight), grad.sum(0).sum(-1).sum(-1)

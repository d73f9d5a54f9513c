# `from torch import *` puts torch.range in the place of Python's.
# loses: conv2d-window, conv2d-channels, conv2d-filters, conv2d-bias, conv2d-batch, conv2d-stride, conv2d-padding, conv2d-inputs, conv2d-errors, conv2d-by-hand, conv2d-together
# says: `from torch import *`
# %% conv2d
from torch import *
def conv2d(x, weight, bias=None, stride=1, padding=0):
    N, C, H, W = x.shape
    F, D, M, L = weight.shape
    if C != D:
        raise ValueError("channels differ")
    z = zeros(N, C, H + 2 * padding, W + 2 * padding, dtype=x.dtype)
    z[:, :, padding:padding + H, padding:padding + W] = x
    if M > z.size(2) or L > z.size(3):
        raise ValueError("kernel larger than the image")
    out = zeros(N, F, (z.size(2) - M) // stride + 1, (z.size(3) - L) // stride + 1, dtype=x.dtype)
    for f in range(F):
        for j in range(out.size(2)):
            for k in range(out.size(3)):
                window = z[:, :, j * stride:j * stride + M, k * stride:k * stride + L]
                out[:, f, j, k] = (window * weight[f]).sum((1, 2, 3))
    return out if bias is None else out + bias.view(-1, 1, 1)

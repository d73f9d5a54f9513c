# Right: NumPy inside.

# %% norm
import numpy as np


def batch_norm2d(x, weight, bias, running_mean, running_var,
                 training=True, momentum=0.1, eps=1e-5):
    a = x.detach().numpy()
    mean, variance = running_mean.numpy(), running_var.numpy()
    if training:
        if a.size == a.shape[1]:
            raise ValueError("one value in each channel")
        new_mean, new_var = a.mean(axis=(0, 2, 3)), a.var(axis=(0, 2, 3))
        unbiased = a.var(axis=(0, 2, 3), ddof=1)
        mean *= 1 - momentum          # shares its memory with the tensor
        mean += momentum * new_mean
        variance *= 1 - momentum
        variance += momentum * unbiased
        mean, variance = new_mean, new_var
    column = lambda v: v[None, :, None, None]
    out = (a - column(mean)) / np.sqrt(column(variance) + eps)
    out = out * column(weight.numpy()) + column(bias.numpy())
    return torch.from_numpy(out.astype(a.dtype))

# %% backward
import numpy as np


def batch_norm2d_backward(grad, x, weight, eps=1e-5):
    g, a = grad.numpy(), x.numpy()
    axes = (0, 2, 3)
    m = a.size // a.shape[1]
    center = a - a.mean(axis=axes, keepdims=True)
    inverse = 1 / np.sqrt((center ** 2).mean(axis=axes, keepdims=True) + eps)
    hat = center * inverse
    gw, gb = (g * hat).sum(axis=axes), g.sum(axis=axes)
    column = lambda v: v[None, :, None, None]
    gx = column(weight.numpy()) * inverse / m * (m * g - column(gb) - hat * column(gw))
    return tuple(torch.from_numpy(v.astype(a.dtype)) for v in (gx, gw, gb))

# Right: computed in double precision, returned in the dtype of the input.

# %% norm
def batch_norm2d(x, weight, bias, running_mean, running_var,
                 training=True, momentum=0.1, eps=1e-5):
    z = x.double()
    mean, variance = running_mean.double(), running_var.double()
    if training:
        count = z[:, 0].numel()
        if count < 2:
            raise ValueError("one value")
        mean, variance = z.mean((0, 2, 3)), z.var((0, 2, 3), correction=0)
        running_mean[:] = (1 - momentum) * running_mean + momentum * mean
        running_var[:] = (1 - momentum) * running_var + momentum * variance * count / (count - 1)
    z = (z - mean.view(1, -1, 1, 1)) / torch.sqrt(variance.view(1, -1, 1, 1) + eps)
    return (z * weight.view(1, -1, 1, 1) + bias.view(1, -1, 1, 1)).to(x.dtype)

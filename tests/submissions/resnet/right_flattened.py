# Right: channels first, then the rows of a matrix.

# %% norm
def batch_norm2d(x, weight, bias, running_mean, running_var,
                 training=True, momentum=0.1, eps=1e-5):
    rows = x.transpose(0, 1).reshape(x.shape[1], -1)
    if training:
        if rows.shape[1] < 2:
            raise ValueError("one value")
        mean, var = rows.mean(1), rows.var(1, unbiased=False)
        running_mean.mul_(1 - momentum).add_(mean, alpha=momentum)
        running_var.mul_(1 - momentum).add_(rows.var(1), alpha=momentum)
    else:
        mean, var = running_mean, running_var
    rows = (rows - mean[:, None]) * torch.rsqrt(var + eps)[:, None]
    rows = rows * weight[:, None] + bias[:, None]
    return rows.reshape(x.shape[1], x.shape[0], *x.shape[2:]).transpose(0, 1)

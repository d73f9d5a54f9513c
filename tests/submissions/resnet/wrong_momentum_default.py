# Wrong: another momentum by default.
# loses: norm-running
# says: momentum is 0.9 by default

# %% norm
def batch_norm2d(x, weight, bias, running_mean, running_var,
                 training=True, momentum=0.9, eps=1e-5):
    mean, variance = running_mean, running_var
    if training:
        count = x.numel() // x.shape[1]
        if count == 1:
            raise ValueError("a channel has one value only")
        mean = x.mean(dim=(0, 2, 3))
        variance = x.var(dim=(0, 2, 3), correction=0)
        running_mean.copy_((1 - momentum) * running_mean + momentum * mean)
        unbiased = variance * count / (count - 1)
        running_var.copy_((1 - momentum) * running_var + momentum * unbiased)
    normalized = (x - mean[:, None, None]) / (variance + eps).sqrt()[:, None, None]
    return weight[:, None, None] * normalized + bias[:, None, None]

# Wrong: weight and bias stretch along the columns.
# loses: norm-axes
# says: stretch along the columns

# %% norm
def batch_norm2d(x, weight, bias, running_mean, running_var,
                 training=True, momentum=0.1, eps=1e-5):
    mean, variance = running_mean, running_var
    if training:
        count = x.numel() // x.shape[1]
        if count == 1:
            raise ValueError("one value")
        mean = x.mean(dim=(0, 2, 3))
        variance = x.var(dim=(0, 2, 3), correction=0)
        running_mean.lerp_(mean, momentum)
        running_var.lerp_(variance * count / (count - 1), momentum)
    normalized = (x - mean[:, None, None]) / (variance + eps).sqrt()[:, None, None]
    return weight * normalized + bias

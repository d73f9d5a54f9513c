# Wrong: the mean runs over the batch alone.
# loses: norm-training, norm-axes, norm-running
# says: rows and columns share them

# %% norm
def batch_norm2d(x, weight, bias, running_mean, running_var,
                 training=True, momentum=0.1, eps=1e-5):
    mean, variance = running_mean[:, None, None], running_var[:, None, None]
    if training:
        if x.numel() == x.shape[1]:
            raise ValueError("one value")
        mean, variance = x.mean(0), x.var(0, correction=0)
        running_mean.lerp_(mean.mean((1, 2)), momentum)
        running_var.lerp_(variance.mean((1, 2)), momentum)
    return weight[:, None, None] * (x - mean) / (variance + eps).sqrt() + bias[:, None, None]

# Wrong: each image has a mean of its own.
# loses: norm-training, norm-axes
# says: each image has a mean of its own

# %% norm
def batch_norm2d(x, weight, bias, running_mean, running_var,
                 training=True, momentum=0.1, eps=1e-5):
    mean, var = running_mean[:, None, None], running_var[:, None, None]
    if training:
        if x.numel() == x.shape[1]:
            raise ValueError("one value")
        running_mean.lerp_(x.mean((0, 2, 3)), momentum)
        running_var.lerp_(x.var((0, 2, 3)), momentum)
        mean = x.mean((2, 3), keepdim=True)
        var = x.var((2, 3), keepdim=True, correction=0)
    return weight[:, None, None] * (x - mean) / (var + eps).sqrt() + bias[:, None, None]

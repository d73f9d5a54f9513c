# Wrong: a view that asks for entries side by side.
# loses: norm-inputs
# says: reshape always works

# %% norm
def batch_norm2d(x, weight, bias, running_mean, running_var,
                 training=True, momentum=0.1, eps=1e-5):
    rows = x.view(x.shape[0], x.shape[1], -1)
    mean, variance = running_mean, running_var
    if training:
        count = x.numel() // x.shape[1]
        if count == 1:
            raise ValueError("one value")
        mean, variance = rows.mean((0, 2)), rows.var((0, 2), correction=0)
        running_mean.lerp_(mean, momentum)
        running_var.lerp_(variance * count / (count - 1), momentum)
    rows = (rows - mean[:, None]) / (variance + eps).sqrt()[:, None]
    return (weight[:, None] * rows + bias[:, None]).view(x.shape)

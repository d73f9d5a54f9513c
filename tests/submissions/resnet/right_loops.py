# Right: a loop over the channels, in place by slices.

# %% norm
def batch_norm2d(x, weight, bias, running_mean, running_var,
                 training=True, momentum=0.1, eps=1e-5):
    out = torch.empty_like(x)
    for c in range(x.shape[1]):
        channel = x[:, c]
        mean, variance = running_mean[c].clone(), running_var[c].clone()
        if training:
            m = channel.numel()
            if m < 2:
                raise ValueError("a single value has no variance")
            mean = channel.sum() / m
            squares = ((channel - mean) ** 2).sum()
            variance = squares / m
            running_mean[c] += momentum * (mean - running_mean[c])
            running_var[c] += momentum * (squares / (m - 1) - running_var[c])
        out[:, c] = weight[c] * (channel - mean) / torch.sqrt(variance + eps) + bias[c]
    return out

# Right: one image and one filter at a time, stacked at the end.

# %% parameters
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    if isinstance(kernel_size, int):
        kernel_size = [kernel_size] * 2
    filter_size = in_channels
    for size in kernel_size:
        filter_size *= size
    return filter_size * out_channels + (out_channels if bias else 0)

# %% multiplications
def conv_multiplications(x_shape, weight_shape, stride=1, padding=0):
    total = x_shape[0]
    for factor in weight_shape:
        total *= factor
    for size, kernel in zip(x_shape[2:], weight_shape[2:]):
        total *= len(range(0, size + 2 * padding - kernel + 1, stride))
    return total

# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channels")
    z = torch.zeros(x.shape[0], x.shape[1], x.shape[2] + 2 * padding, x.shape[3] + 2 * padding,
                    dtype=x.dtype)
    z[..., padding:padding + x.shape[2], padding:padding + x.shape[3]] = x
    M, N = weight.shape[2:]
    if M > z.shape[2] or N > z.shape[3]:
        raise ValueError("kernel")
    tops = range(0, z.shape[2] - M + 1, stride)
    lefts = range(0, z.shape[3] - N + 1, stride)

    def feature_map(image, kernels, b):
        return torch.stack([
            torch.stack([(image[:, t:t + M, l:l + N] * kernels).sum() for l in lefts]) for t in tops
        ]) + b

    biases = [0] * len(weight) if bias is None else bias
    return torch.stack([
        torch.stack([feature_map(image, w, b) for w, b in zip(weight, biases)]) for image in z
    ])

# Right: reduces images, channels and filters to fewer of them by calling itself.

# %% parameters
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    if out_channels > 1:
        return (conv_parameters(in_channels, 1, kernel_size, bias)
                + conv_parameters(in_channels, out_channels - 1, kernel_size, bias))
    if in_channels > 1:
        return (conv_parameters(1, 1, kernel_size, bias=False)
                + conv_parameters(in_channels - 1, 1, kernel_size, bias))
    M, N = (kernel_size,) * 2 if isinstance(kernel_size, int) else kernel_size
    return M * N + bias

# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channels")
    if padding:
        n, c, h, _ = x.shape
        side = x.new_zeros(n, c, h, 1)
        x = torch.cat([side, x, side], dim=3)
        top = x.new_zeros(n, c, 1, x.shape[3])
        return conv2d(torch.cat([top, x, top], dim=2), weight, bias, stride, padding - 1)
    if bias is not None:
        return conv2d(x, weight, None, stride) + bias[:, None, None]
    if len(x) > 1:
        return torch.cat([conv2d(image[None], weight, None, stride) for image in x])
    if len(weight) > 1:
        return torch.cat([conv2d(x, f[None], None, stride) for f in weight], dim=1)
    if x.shape[1] > 1:
        return (conv2d(x[:, :1], weight[:, :1], None, stride)
                + conv2d(x[:, 1:], weight[:, 1:], None, stride))
    (H, W), (M, N) = x.shape[2:], weight.shape[2:]
    if M > H or N > W:
        raise ValueError("kernel")
    return torch.stack([torch.stack([torch.vdot(x[0, 0, j:j + M, k:k + N].flatten(),
                                                weight.flatten())
                                     for k in range(0, W - N + 1, stride)])
                        for j in range(0, H - M + 1, stride)])[None, None]

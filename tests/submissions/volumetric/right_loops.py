# Right: seven nested loops, and a test of every index in place of padding.

# %% parameters
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    if type(kernel_size) is int:
        kernel_size = (kernel_size, kernel_size)
    count = 0
    for _ in range(out_channels):
        for _ in range(in_channels):
            count += kernel_size[0] * kernel_size[1]
        if bias:
            count += 1
    return count

# %% multiplications
def conv_multiplications(x_shape, weight_shape, stride=1, padding=0):
    count = 0
    for top in range(-padding, x_shape[2] + padding - weight_shape[2] + 1, stride):
        for left in range(-padding, x_shape[3] + padding - weight_shape[3] + 1, stride):
            count += weight_shape[0] * weight_shape[1] * weight_shape[2] * weight_shape[3]
    return x_shape[0] * count

# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    images, C, H, W = x.shape
    filters, C_w, M, N = weight.shape
    if C != C_w:
        raise ValueError("channels")
    O_h, O_w = (H + 2 * padding - M) // stride + 1, (W + 2 * padding - N) // stride + 1
    if M > H + 2 * padding or N > W + 2 * padding:
        raise ValueError("kernel too large")
    a = torch.zeros(images, filters, O_h, O_w, dtype=x.dtype)
    for n in range(images):
        for f in range(filters):
            for j in range(O_h):
                for k in range(O_w):
                    total = 0.0 if bias is None else bias[f].item()
                    for c in range(C):
                        for m in range(M):
                            for l in range(N):
                                row, column = j * stride + m - padding, k * stride + l - padding
                                if 0 <= row < H and 0 <= column < W:
                                    total += (weight[f, c, m, l] * x[n, c, row, column]).item()
                    a[n, f, j, k] = total
    return a

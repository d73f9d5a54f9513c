# Right: a loop over the taps of the kernel, each of which sees a slice of all images.

# %% parameters
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    M, N = kernel_size if isinstance(kernel_size, tuple) else (kernel_size, kernel_size)
    return out_channels * in_channels * M * N + out_channels * int(bias)

# %% multiplications
def conv_multiplications(x_shape, weight_shape, stride=1, padding=0):
    n, c, h, w = x_shape
    f, _, m, k = weight_shape
    rows = (h + padding + padding - m) // stride + 1
    columns = (w + padding + padding - k) // stride + 1
    return n * (f * rows * columns) * (c * m * k)

# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    (N, C, H, W), (F_, D, M, K) = x.shape, weight.shape
    H, W = H + 2 * padding, W + 2 * padding
    if C != D or M > H or K > W:
        raise ValueError(f"{tuple(x.shape)} and {tuple(weight.shape)} do not fit")
    z = torch.cat([x.new_zeros(N, C, padding, W), torch.cat([
        x.new_zeros(N, C, H - 2 * padding, padding), x,
        x.new_zeros(N, C, H - 2 * padding, padding)], dim=3), x.new_zeros(N, C, padding, W)], dim=2)
    rows, columns = (H - M) // stride + 1, (W - K) // stride + 1
    a = x.new_zeros(N, F_, rows, columns)
    for m in range(M):
        for k in range(K):
            seen = z[:, :, m:m + stride * (rows - 1) + 1:stride,
                     k:k + stride * (columns - 1) + 1:stride]
            a += torch.einsum("fc,nchw->nfhw", weight[:, :, m, k], seen)
    if bias is not None:
        a += bias.reshape(1, -1, 1, 1)
    return a

# Right: averages and sums of squares as a convolution of each channel, which is no pooling.

# %% pool2d
def pool2d(x, kernel_size, stride=None, mode="max"):
    M, N = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    stride = (M, N) if stride is None else stride
    C, H, W = x.shape[1:]
    if M > H or N > W:
        raise ValueError(f"{M} × {N} in {H} × {W}")
    if mode == "max":
        S_h, S_w = (stride, stride) if isinstance(stride, int) else stride
        return torch.stack([torch.stack([x[:, :, j:j + M, k:k + N].amax((2, 3))
                                         for k in range(0, W - N + 1, S_w)], dim=2)
                            for j in range(0, H - M + 1, S_h)], dim=2)
    ones = torch.ones(C, 1, M, N, dtype=x.dtype)
    if mode == "average":
        return torch.conv2d(x, ones / (M * N), stride=stride, groups=C)
    if mode == "l2":
        return torch.conv2d(x * x, ones, stride=stride, groups=C).sqrt()
    raise ValueError(f"unknown mode {mode}")

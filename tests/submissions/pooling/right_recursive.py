# Right: one image and one channel at a time, by calling itself.

# %% global
def global_average_pool(x):
    if x.shape[0] > 1:
        return torch.cat([global_average_pool(x[:1]), global_average_pool(x[1:])])
    return torch.stack([channel.mean() for channel in x[0]]).unsqueeze(0)

# %% pool2d
def pool2d(x, kernel_size, stride=None, mode="max"):
    if x.dim() == 4:
        return torch.stack([torch.stack([pool2d(plane, kernel_size, stride, mode)
                                         for plane in image]) for image in x])
    try:
        M, N = kernel_size
    except TypeError:
        return pool2d(x, (kernel_size, kernel_size), stride, mode)
    if stride is None:
        stride = kernel_size
    S_h, S_w = (stride, stride) if isinstance(stride, int) else stride
    if mode not in ("max", "average", "l2") or x.shape[0] < M or x.shape[1] < N:
        raise ValueError("mode or size")
    rows = [x[j:j + M] for j in range(0, x.shape[0] - M + 1, S_h)]
    windows = [[row[:, k:k + N] for k in range(0, x.shape[1] - N + 1, S_w)] for row in rows]
    summary = dict(max=torch.max, average=torch.mean, l2=torch.norm)[mode]
    return torch.tensor([[summary(window).item() for window in row] for row in windows],
                        dtype=x.dtype)

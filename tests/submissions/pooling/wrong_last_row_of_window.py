# Sorted along the last axis alone: the last row's maximum.
# loses: pool2d-max, pool2d-stride, pool2d-pair, pool2d-separate
# says: the maximum of the window's last row
# %% pool2d
def pool2d(x, kernel_size, stride=None, mode="max"):
    stride = kernel_size if stride is None else stride
    M, L = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    S, T = (stride, stride) if isinstance(stride, int) else stride
    if mode not in ("max", "average", "l2"): raise ValueError
    H, W = x.shape[2:]
    if M > H or L > W: raise ValueError
    w = x.unfold(2, M, S).unfold(3, L, T).sort(-1).values
    if mode == "max": return w[..., -1, -1]
    if mode == "average": return w.mean((-1, -2))
    return (w ** 2).sum((-1, -2)).sqrt()

# A missing stride is the height of the window for both axes.
# loses: pool2d-pair
# says: the window's height for both axes
# %% pool2d
def pool2d(x, kernel_size, stride=None, mode="max"):
    M, L = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    if stride is None:
        stride = M
    S, T = (stride, stride) if isinstance(stride, int) else stride
    if mode not in ("max", "average", "l2"): raise ValueError
    H, W = x.shape[2:]
    if M > H or L > W: raise ValueError
    w = x.unfold(2, M, S).unfold(3, L, T)
    if mode == "max": return w.amax((-1, -2))
    if mode == "average": return w.mean((-1, -2))
    return w.pow(2).sum((-1, -2)).sqrt()

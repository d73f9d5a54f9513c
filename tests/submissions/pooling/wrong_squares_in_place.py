# For the L2 norm x itself is squared.
# loses: pool2d-inputs
# says: was modified
# %% pool2d
def pool2d(x, kernel_size, stride=None, mode="max"):
    stride = kernel_size if stride is None else stride
    M, L = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    S, T = (stride, stride) if isinstance(stride, int) else stride
    if mode not in ("max", "average", "l2"): raise ValueError
    H, W = x.shape[2:]
    if M > H or L > W: raise ValueError
    if mode == "l2":
        x.pow_(2)
    w = x.unfold(2, M, S).unfold(3, L, T)
    if mode == "max": return w.amax((-1, -2))
    if mode == "average": return w.mean((-1, -2))
    return w.sum((-1, -2)).sqrt()

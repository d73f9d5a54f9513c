# The last window of each row is left out.
# loses: pool2d-max, pool2d-average, pool2d-l2, pool2d-default-stride, pool2d-stride, pool2d-incomplete, pool2d-pair, pool2d-separate, pool2d-inputs, pool2d-by-hand
# says: the last window of each row was left out
# %% pool2d
def pool2d(x, kernel_size, stride=None, mode="max"):
    stride = kernel_size if stride is None else stride
    M, L = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    S, T = (stride, stride) if isinstance(stride, int) else stride
    if mode not in ("max", "average", "l2"): raise ValueError
    N, C, H, W = x.shape
    if M > H or L > W: raise ValueError
    out = x.new_zeros(N, C, (H - M) // S + 1, (W - L) // T + 1)
    for n in range(N):
        for c in range(C):
            for j in range(out.shape[2]):
                for k in range(out.shape[3] - 1):
                    w = x[n, c, j * S:j * S + M, k * T:k * T + L]
                    out[n, c, j, k] = w.max() if mode == "max" else w.mean() if mode == "average" else w.norm()
    return out

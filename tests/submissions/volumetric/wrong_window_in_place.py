# The window, a view of the padded image, is multiplied in place.
# loses: conv2d-window, conv2d-filters, conv2d-stride, conv2d-together
# says: multiplied in place (*=)
# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    N, C, H, W = x.shape
    F, D, M, L = weight.shape
    if C != D: raise ValueError("channels")
    z = x.new_zeros(N, C, H + 2 * padding, W + 2 * padding)
    z[:, :, padding:padding + H, padding:padding + W] = x
    if M > z.shape[2] or L > z.shape[3]: raise ValueError("kernel")
    out = x.new_zeros(N, F, (z.shape[2] - M) // stride + 1, (z.shape[3] - L) // stride + 1)
    for n in range(N):
        for f in range(F):
            for j in range(out.shape[2]):
                for k in range(out.shape[3]):
                    window = z[n, :, j * stride:j * stride + M, k * stride:k * stride + L]
                    window *= weight[f]
                    out[n, f, j, k] = window.sum() + (bias[f] if bias is not None else 0)
    return out

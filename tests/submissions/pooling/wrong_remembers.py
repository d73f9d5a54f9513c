# Wrong: keeps earlier results, and finds them by the shape alone.
# loses: pool2d-max, pool2d-average, pool2d-separate, pool2d-inputs, pool2d-by-hand
# says: this is the result of the call before

# %% pool2d
results = {}


def pool2d(x, kernel_size, stride=None, mode="max"):
    stride = kernel_size if stride is None else stride
    M, N = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    S_h, S_w = (stride, stride) if isinstance(stride, int) else stride
    key = x.shape, x.dtype, x.stride(), M, N, S_h, S_w, mode
    if key in results:
        return results[key]
    images, channels, H, W = x.shape
    if mode not in ("max", "average", "l2"):
        raise ValueError("no such mode")
    if M > H or N > W:
        raise ValueError("the window does not fit")
    height, width = (H - M) // S_h + 1, (W - N) // S_w + 1
    out = x.new_zeros(images, channels, height, width)
    for n in range(images):
        for c in range(channels):
            for j in range(height):
                for k in range(width):
                    window = x[n, c, j * S_h:j * S_h + M, k * S_w:k * S_w + N]
                    if mode == "max":
                        out[n, c, j, k] = window.max()
                    elif mode == "average":
                        out[n, c, j, k] = window.mean()
                    else:
                        out[n, c, j, k] = window.square().sum().sqrt()
    results[key] = out
    return out

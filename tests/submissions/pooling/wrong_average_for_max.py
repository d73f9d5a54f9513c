# Wrong: averages, whatever the mode.
# loses: pool2d-max, pool2d-l2, pool2d-stride, pool2d-pair, pool2d-separate
# says: the average was taken, not the maximum

# %% pool2d
def pool2d(x, kernel_size, stride=None, mode="max"):
    stride = kernel_size if stride is None else stride
    M, N = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    S_h, S_w = (stride, stride) if isinstance(stride, int) else stride
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
                        out[n, c, j, k] = window.mean()
                    elif mode == "average":
                        out[n, c, j, k] = window.mean()
                    else:
                        out[n, c, j, k] = window.mean()
    return out

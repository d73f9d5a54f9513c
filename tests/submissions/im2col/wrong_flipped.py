# The windows are read from their last pixel to the first.
# loses: im2col-windows, im2col-channels, im2col-stride, im2col-dilation, im2col-together
# says: (a flipped kernel)

# %% im2col
def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    """The windows of x (N, C, H, W) as columns: (N, C·K_h·K_w, O_h·O_w)."""
    N, C, H, W = x.shape
    K_h, K_w = pair(kernel_size)
    O_h = output_size(H, K_h, padding, stride, dilation)
    O_w = output_size(W, K_w, padding, stride, dilation)
    z = x.new_zeros(N, C, H + 2 * padding, W + 2 * padding)
    z[:, :, padding:padding + H, padding:padding + W] = x
    columns = x.new_zeros(N, C, K_h, K_w, O_h, O_w)
    for l in range(K_h):
        for m in range(K_w):
            # What this tap sees as the window moves: every S-th pixel from its own on.
            rows = slice(l * dilation, l * dilation + stride * (O_h - 1) + 1, stride)
            cols = slice(m * dilation, m * dilation + stride * (O_w - 1) + 1, stride)
            columns[:, :, K_h - 1 - l, K_w - 1 - m] = z[:, :, rows, cols]
    return columns.reshape(N, C * K_h * K_w, O_h * O_w)

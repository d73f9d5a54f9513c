# The image is cut out of the corner of the padded one.
# loses: col2im-padding
# says: cut out of the corner

# %% col2im
def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    """Add the columns (N, C·K_h·K_w, L) back to the pixels they belong to: (N, C, H, W)."""
    (H, W), (K_h, K_w) = output_size, pair(kernel_size)
    O_h = count_places(H, K_h, padding, stride, dilation)
    O_w = count_places(W, K_w, padding, stride, dilation)
    taps = columns.reshape(len(columns), -1, K_h, K_w, O_h, O_w)
    z = columns.new_zeros(*taps.shape[:2], H + 2 * padding, W + 2 * padding)
    for l in range(K_h):
        for m in range(K_w):
            rows = slice(l * dilation, l * dilation + stride * (O_h - 1) + 1, stride)
            cols = slice(m * dilation, m * dilation + stride * (O_w - 1) + 1, stride)
            z[:, :, rows, cols] += taps[:, :, l, m]
    return z[:, :, :H, :W]

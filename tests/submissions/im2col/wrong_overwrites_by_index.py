# An indexed += keeps one of several values for a pixel.
# loses: col2im-adds, col2im-channels, col2im-spacing, col2im-padding
# says: overwrite each other

# %% col2im
def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    (H, W), (K_h, K_w) = output_size, pair(kernel_size)
    z = columns.new_zeros(len(columns), columns.shape[1] // (K_h * K_w),
                          H + 2 * padding, W + 2 * padding)
    pixels = torch.arange(z[0, 0].numel(), dtype=torch.float64).reshape(1, 1, *z.shape[2:])
    index = im2col(pixels, (K_h, K_w), stride, 0, dilation)[0].long().flatten()
    z.flatten(2)[:, :, index] += columns.reshape(*z.shape[:2], -1)
    return z[:, :, padding:padding + H, padding:padding + W]

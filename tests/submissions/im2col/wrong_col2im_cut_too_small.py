# The padding is cut off by z[P:H, P:W].
# loses: col2im-padding
# says: z[P:H, P:W] is too small
# %% col2im
def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    H, W = output_size
    kh, kw = pair(kernel_size)
    N = columns.shape[0]
    C = columns.shape[1] // (kh * kw)
    oh, ow = count_places(H, kh, padding, stride, dilation), count_places(W, kw, padding, stride, dilation)
    taps = columns.reshape(N, C, kh, kw, oh, ow)
    z = columns.new_zeros(N, C, H + 2 * padding, W + 2 * padding)
    for l in range(kh):
        for m in range(kw):
            z[:, :, l * dilation:l * dilation + stride * (oh - 1) + 1:stride, m * dilation:m * dilation + stride * (ow - 1) + 1:stride] += taps[:, :, l, m]
    return z[:, :, padding:H, padding:W]

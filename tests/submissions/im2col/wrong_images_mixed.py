# The axis of the images lies behind that of the taps when all is reshaped.
# loses: im2col-channels, im2col-together
# says: bring the axis of the images to the front
# %% im2col
def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    kh, kw = pair(kernel_size)
    N, C, H, W = x.shape
    z = torch.nn.functional.pad(x, (padding,) * 4)
    oh, ow = output_size(H, kh, padding, stride, dilation), output_size(W, kw, padding, stride, dilation)
    cols = x.new_zeros(C, kh, kw, N, oh, ow)
    for l in range(kh):
        for m in range(kw):
            cols[:, l, m] = z[:, :, l * dilation:l * dilation + stride * (oh - 1) + 1:stride, m * dilation:m * dilation + stride * (ow - 1) + 1:stride].transpose(0, 1)
    return cols.reshape(N, C * kh * kw, oh * ow)

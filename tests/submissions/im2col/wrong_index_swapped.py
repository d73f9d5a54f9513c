# j · D + l · S for j · S + l · D.
# loses: im2col-stride, im2col-dilation, im2col-together
# says: swapped in the index
# %% im2col
def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    kh, kw = pair(kernel_size)
    N, C, H, W = x.shape
    oh, ow = output_size(H, kh, padding, stride, dilation), output_size(W, kw, padding, stride, dilation)
    z = torch.nn.functional.pad(x, (padding,) * 4)
    columns = x.new_zeros(N, C, kh, kw, oh, ow)
    for l in range(kh):
        for m in range(kw):
            for j in range(oh):
                for k in range(ow):
                    columns[:, :, l, m, j, k] = z[:, :, j * dilation + l * stride, k * dilation + m * stride]
    return columns.reshape(N, C * kh * kw, oh * ow)

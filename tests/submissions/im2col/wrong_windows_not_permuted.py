# The windows are reshaped as they lie in memory.
# loses: im2col-windows, im2col-channels, im2col-stride, im2col-dilation, im2col-together
# says: permute or transpose before reshape
# %% im2col
def im2col(x, kernel_size, stride=1, padding=0, dilation=1):
    kh, kw = pair(kernel_size)
    z = torch.nn.functional.pad(x, (padding,) * 4)
    eh, ew = dilation * (kh - 1) + 1, dilation * (kw - 1) + 1
    v = z.unfold(2, eh, stride).unfold(3, ew, stride)[..., ::dilation, ::dilation]
    N, C, oh, ow = v.shape[:4]
    return v.reshape(N, C * kh * kw, oh * ow)

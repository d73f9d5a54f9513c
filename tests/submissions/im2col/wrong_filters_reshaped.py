# The filters are made columns by reshape(-1, F).
# loses: conv2d-values, conv2d-bias, conv2d-settings
# says: reshape(…, F), which mixes
# %% conv2d
def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1):
    F, C, kh, kw = weight.shape
    columns = im2col(x, (kh, kw), stride, padding, dilation)
    out = weight.reshape(-1, F).T @ columns
    if bias is not None:
        out += bias[:, None]
    oh, ow = output_size(x.shape[2], kh, padding, stride, dilation), output_size(x.shape[3], kw, padding, stride, dilation)
    return out.reshape(len(x), F, oh, ow)

# The maps stay flat.
# loses: conv2d-values, conv2d-bias, conv2d-settings
# says: the maps are still flat

# %% conv2d
def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1):
    """A convolutional layer as a matrix product: (N, C, H, W) to (N, F, O_h, O_w)."""
    K_h, K_w = weight.shape[2:]
    O_h = output_size(x.shape[2], K_h, padding, stride, dilation)
    O_w = output_size(x.shape[3], K_w, padding, stride, dilation)
    out = weight.flatten(1) @ im2col(x, (K_h, K_w), stride, padding, dilation)
    if bias is not None:
        out = out + bias[:, None]
    return out

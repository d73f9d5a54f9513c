# The bias is added along the last axis.
# loses: conv2d-bias, conv2d-settings
# says: the bias was added along the width

# %% conv2d
def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1):
    """A convolutional layer as a matrix product: (N, C, H, W) to (N, F, O_h, O_w)."""
    K_h, K_w = weight.shape[2:]
    O_h = output_size(x.shape[2], K_h, padding, stride, dilation)
    O_w = output_size(x.shape[3], K_w, padding, stride, dilation)
    out = weight.flatten(1) @ im2col(x, (K_h, K_w), stride, padding, dilation)
    out = out.reshape(len(x), len(weight), O_h, O_w)
    return out if bias is None else out + bias

# The bias's gradient sums over filters and places.
# loses: backward-bias, backward-settings
# says: filters and places of each image
# %% conv2d-backward
def conv2d_im2col_backward(grad, x, weight, stride=1, padding=0, dilation=1):
    G = grad.flatten(2)
    X = im2col(x, weight.shape[2:], stride, padding, dilation)
    gw = (G @ X.transpose(1, 2)).sum(0).reshape(weight.shape)
    gx = col2im(weight.flatten(1).T @ G, x.shape[2:], weight.shape[2:], stride, padding, dilation)
    return gx, gw, G.sum((1, 2))

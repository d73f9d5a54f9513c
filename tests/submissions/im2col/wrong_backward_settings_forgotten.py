# The backward pass knows stride and padding but no dilation.
# loses: backward-settings
# says: conv2d_im2col_backward(grad, x, weight, stride=

# %% conv2d-backward
def conv2d_im2col_backward(grad, x, weight, stride=1, padding=0, dilation=1):
    """The gradients of conv2d_im2col: (grad_x, grad_weight, grad_bias)."""
    settings = tuple(weight.shape[2:]), stride, padding, 1
    grad_maps = grad.flatten(2)                                                  # (N, F, L)
    grad_weight = (grad_maps @ im2col(x, *settings).transpose(1, 2)).sum(dim=0)  # (F, C·K_h·K_w)
    grad_columns = weight.flatten(1).T @ grad_maps                               # (N, C·K_h·K_w, L)
    grad_x = col2im(grad_columns, tuple(x.shape[2:]), *settings)
    return grad_x, grad_weight.reshape(weight.shape), grad_maps.sum(dim=(0, 2))

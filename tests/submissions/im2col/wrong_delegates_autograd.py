# The gradients are left to autograd.
# loses: backward-bias, backward-weight, backward-x, backward-settings
# says: this calls torch.autograd.grad

# %% conv2d-backward
def conv2d_im2col_backward(grad, x, weight, stride=1, padding=0, dilation=1):
    x, weight = x.detach().requires_grad_(), weight.detach().requires_grad_()
    bias = torch.zeros(len(weight), dtype=weight.dtype, requires_grad=True)
    out = conv2d_im2col(x, weight, bias, stride, padding, dilation)
    return torch.autograd.grad(out, (x, weight, bias), grad)

# Wrong: autograd does it.
# loses: backward-inputs
# says: which does the whole task

# %% backward
def batch_norm2d_backward(grad, x, weight, eps=1e-5):
    x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
    bias = torch.zeros_like(weight).requires_grad_()
    center = x - x.mean((0, 2, 3), keepdim=True)
    hat = center / (center.square().mean((0, 2, 3), keepdim=True) + eps).sqrt()
    y = hat * weight[:, None, None] + bias[:, None, None]
    return torch.autograd.grad(y, (x, weight, bias), grad)

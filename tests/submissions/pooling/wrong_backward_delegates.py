# Wrong: autograd through torch's own pooling.
# loses: backward-by-hand
# says: this calls torch.nn.functional.max_pool2d

# %% backward
def max_pool2d_backward(grad, x, kernel_size, stride=None):
    x = x.clone().requires_grad_()
    torch.nn.functional.max_pool2d(x, kernel_size, stride).backward(grad)
    return x.grad

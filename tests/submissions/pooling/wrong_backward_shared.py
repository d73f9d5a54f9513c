# Wrong: the maxima share the gradient, as amax does.
# loses: backward-ties
# says: the gradient was shared among the maxima

# %% backward
def max_pool2d_backward(grad, x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    M, N = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    S_h, S_w = (stride, stride) if isinstance(stride, int) else stride
    x = x.clone().requires_grad_()
    pooled = x.unfold(2, M, S_h).unfold(3, N, S_w).amax(dim=(4, 5))
    return torch.autograd.grad(pooled, x, grad)[0]

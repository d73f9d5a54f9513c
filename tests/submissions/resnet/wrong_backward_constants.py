# Wrong: mean and variance are taken for constants.
# loses: backward-x
# says: x moves them

# %% backward
def batch_norm2d_backward(grad, x, weight, eps=1e-5):
    over, keep = (0, 2, 3), dict(dim=(0, 2, 3), keepdim=True)
    deviation = (x.var(**keep, correction=0) + eps).sqrt()
    normalized = (x - x.mean(**keep)) / deviation
    inner = grad
    grad_x = weight[:, None, None] / deviation * inner
    return grad_x, (grad * normalized).sum(over), grad.sum(over)

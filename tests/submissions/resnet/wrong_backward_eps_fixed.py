# Wrong: eps is fixed.
# loses: backward-parameters, backward-x
# says: eps was fixed to 1e-5

# %% backward
def batch_norm2d_backward(grad, x, weight, eps=1e-5):
    over, keep = (0, 2, 3), dict(dim=(0, 2, 3), keepdim=True)
    deviation = (x.var(**keep, correction=0) + 1e-5).sqrt()
    normalized = (x - x.mean(**keep)) / deviation
    inner = grad - grad.mean(**keep) - normalized * (grad * normalized).mean(**keep)
    grad_x = weight[:, None, None] / deviation * inner
    return grad_x, (grad * normalized).sum(over), grad.sum(over)

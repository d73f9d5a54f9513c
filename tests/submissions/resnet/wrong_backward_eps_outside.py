# Wrong: eps is added to the deviation.
# loses: backward-parameters, backward-x
# says: outside of the root

# %% backward
def batch_norm2d_backward(grad, x, weight, eps=1e-5):
    over, keep = (0, 2, 3), dict(dim=(0, 2, 3), keepdim=True)
    deviation = x.std(**keep, correction=0) + eps
    normalized = (x - x.mean(**keep)) / deviation
    inner = grad - grad.mean(**keep) - normalized * (grad * normalized).mean(**keep)
    grad_x = weight[:, None, None] / deviation * inner
    return grad_x, (grad * normalized).sum(over), grad.sum(over)

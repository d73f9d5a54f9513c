# Wrong: sums for the two means.
# loses: backward-x
# says: sums were taken for the two means

# %% backward
def batch_norm2d_backward(grad, x, weight, eps=1e-5):
    over, keep = (0, 2, 3), dict(dim=(0, 2, 3), keepdim=True)
    deviation = (x.var(**keep, correction=0) + eps).sqrt()
    normalized = (x - x.mean(**keep)) / deviation
    inner = grad - grad.sum(**keep) - normalized * (grad * normalized).sum(**keep)
    grad_x = weight[:, None, None] / deviation * inner
    return grad_x, (grad * normalized).sum(over), grad.sum(over)

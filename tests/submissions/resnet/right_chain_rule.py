# Right: the gradient step by step, through variance and mean.

# %% backward
def batch_norm2d_backward(grad, x, weight, eps=1e-5):
    axes = (0, 2, 3)
    m = x.numel() / x.shape[1]
    col = lambda v: v[:, None, None]
    mean = x.mean(axes)
    center = x - col(mean)
    var = (center ** 2).mean(axes)
    inverse = (var + eps) ** -0.5
    hat = center * col(inverse)
    grad_hat = grad * col(weight)
    grad_var = (grad_hat * center).sum(axes) * -0.5 * inverse ** 3
    grad_mean = -(grad_hat * col(inverse)).sum(axes)
    grad_x = grad_hat * col(inverse) + col(grad_var) * 2 * center / m + col(grad_mean) / m
    return grad_x, (grad * hat).sum(axes), grad.sum(axes)

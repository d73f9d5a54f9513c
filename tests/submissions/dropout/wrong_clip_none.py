# A parameter without a gradient is an error.
# loses: clip-care
# says: it raised AttributeError

# %% clip
def clip_grad_norm(parameters, max_norm):
    """Scale all gradients in place to a common norm of at most max_norm; return the old norm."""
    gradients = [w.grad for w in parameters]
    norm = sum(g.square().sum() for g in gradients).sqrt()
    if norm > max_norm:
        for g in gradients:
            g *= max_norm / norm
    return norm

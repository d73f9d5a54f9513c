# The weights are scaled, not their gradients.
# loses: clip-scales, clip-small, clip-care
# says: the weights were scaled

# %% clip
def clip_grad_norm(parameters, max_norm):
    """Scale all gradients in place to a common norm of at most max_norm; return the old norm."""
    gradients = [w.grad for w in parameters if w.grad is not None]
    norm = sum(g.square().sum() for g in gradients).sqrt()
    if norm > max_norm:
        for w in parameters:
            w *= max_norm / norm
    return norm

# Nothing is returned.
# loses: clip-norm, clip-care
# says: returned nothing

# %% clip
def clip_grad_norm(parameters, max_norm):
    """Scale all gradients in place to a common norm of at most max_norm; return the old norm."""
    gradients = [w.grad for w in parameters if w.grad is not None]
    norm = sum(g.square().sum() for g in gradients).sqrt()
    if norm > max_norm:
        for g in gradients:
            g *= max_norm / norm


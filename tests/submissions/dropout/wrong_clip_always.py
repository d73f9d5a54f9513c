# Short gradients are made longer.
# loses: clip-small, clip-care
# says: the gradients were made longer

# %% clip
def clip_grad_norm(parameters, max_norm):
    """Scale all gradients in place to a common norm of at most max_norm; return the old norm."""
    gradients = [w.grad for w in parameters if w.grad is not None]
    norm = sum(g.square().sum() for g in gradients).sqrt()
    if norm > 0:
        for g in gradients:
            g *= max_norm / norm
    return norm

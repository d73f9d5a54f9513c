# New tensors are made and dropped.
# loses: clip-scales, clip-small, clip-care
# says: they are unchanged

# %% clip
def clip_grad_norm(parameters, max_norm):
    """Scale all gradients in place to a common norm of at most max_norm; return the old norm."""
    gradients = [w.grad for w in parameters if w.grad is not None]
    norm = sum(g.square().sum() for g in gradients).sqrt()
    if norm > max_norm:
        for g in gradients:
            g = g * max_norm / norm
    return norm

# Zero gradients become NaN.
# loses: clip-care
# says: it holds NaN

# %% clip
def clip_grad_norm(parameters, max_norm):
    """Scale all gradients in place to a common norm of at most max_norm; return the old norm."""
    gradients = [w.grad for w in parameters if w.grad is not None]
    norm = sum(g.square().sum() for g in gradients).sqrt()
    for g in gradients:
        g *= min(1, 1 / (norm / max_norm)) if norm else float("nan")
    return norm

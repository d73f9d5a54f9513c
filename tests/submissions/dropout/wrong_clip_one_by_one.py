# Every gradient is clipped by itself.
# loses: clip-scales, clip-care
# says: every gradient was clipped by itself

# %% clip
def clip_grad_norm(parameters, max_norm):
    """Scale all gradients in place to a common norm of at most max_norm; return the old norm."""
    gradients = [w.grad for w in parameters if w.grad is not None]
    norm = sum(g.square().sum() for g in gradients).sqrt()
    for g in gradients:
        if g.norm() > max_norm:
            g *= max_norm / g.norm()
    return norm

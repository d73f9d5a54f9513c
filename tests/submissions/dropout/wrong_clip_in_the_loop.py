# Gradients are scaled before all squares are added.
# loses: clip-scales, clip-care
# says: scaled in the loop
# %% clip
def clip_grad_norm(parameters, max_norm):
    total = 0
    for w in parameters:
        if w.grad is None: continue
        total += (w.grad ** 2).sum()
        norm = total.sqrt()
        if norm > max_norm:
            w.grad *= max_norm / norm
    return norm

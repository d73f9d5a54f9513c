# The norm of the weights, not of the gradients.
# loses: clip-scales, clip-small, clip-norm, clip-care
# says: norm of the weights
# %% clip
def clip_grad_norm(parameters, max_norm):
    norm = torch.sqrt(sum((w.detach() ** 2).sum() for w in parameters))
    if norm > max_norm:
        for w in parameters:
            if w.grad is not None: w.grad *= max_norm / norm
    return norm

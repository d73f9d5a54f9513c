# Right: library norms of torch.linalg, math, masks by torch.empty().uniform_.

# %% penalties
def l1_penalty(parameters):
    return torch.stack([torch.linalg.vector_norm(w, 1) for w in parameters]).sum()


def l2_penalty(parameters):
    return 0.5 * torch.stack([torch.linalg.vector_norm(w) ** 2 for w in parameters]).sum()

# %% dropout
def dropout(x, p, training=True, generator=None):
    if p < 0 or p >= 1:
        raise ValueError("p must be in [0, 1)")
    if training:
        u = torch.empty(x.shape, dtype=torch.float64).uniform_(generator=generator)
        return torch.where(u < p, torch.zeros_like(x), x / (1 - p))
    return x.clone()

# %% clip
def clip_grad_norm(parameters, max_norm):
    norms = [torch.linalg.vector_norm(w.grad) for w in parameters if w.grad is not None]
    norm = torch.linalg.vector_norm(torch.stack(norms))
    factor = min(1.0, max_norm / float(norm)) if norm > 0 else 1.0
    for w in parameters:
        if w.grad is not None:
            w.grad.mul_(factor)
    return norm

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    limit = (6 / (fan_in + fan_out)) ** 0.5
    return torch.empty(fan_out, fan_in).uniform_(-limit, limit, generator=generator)

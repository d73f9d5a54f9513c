# .grad is replaced by a new tensor; the mask is a subtraction and a ceiling.

# %% penalties
def l1_penalty(parameters):
    return torch.cat([w.reshape(-1) for w in parameters]).norm(p=1)


def l2_penalty(parameters):
    return torch.cat([w.reshape(-1) for w in parameters]).norm() ** 2 / 2

# %% dropout
def dropout(x, p, training=True, generator=None):
    if 0 <= p < 1:
        if training is False:
            return x
        kept = torch.ceil(torch.rand(x.size(), generator=generator) - p).clamp(min=0)
        return (x / (1 - p)).where(kept > 0, torch.zeros((), dtype=x.dtype))
    raise ValueError("p out of range")

# %% clip
def clip_grad_norm(parameters, max_norm):
    norm = torch.tensor([w.grad.norm() for w in parameters if w.grad is not None]).norm().item()
    for w in parameters:
        if w.grad is not None and norm > max_norm:
            w.grad = w.grad / norm * max_norm
    return norm

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    r = torch.tensor(6.0 / (fan_in + fan_out)).sqrt()
    return (torch.rand((fan_out, fan_in), generator=generator) - 0.5) * 2 * r

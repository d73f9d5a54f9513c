# Other ways to draw: bernoulli_ for the mask, uniform_ for the weights.

# %% penalties
def l1_penalty(parameters):
    return torch.stack([w.abs().sum() for w in parameters]).sum()


def l2_penalty(parameters):
    return torch.stack([torch.sum(w * w) for w in parameters]).sum().mul(0.5)

# %% dropout
def dropout(x, p, training=True, generator=None):
    if not 0 <= p < 1:
        raise ValueError("p is a probability to drop: at least 0 and below 1")
    if training:
        mask = torch.empty(x.shape, dtype=x.dtype).bernoulli_(1 - p, generator=generator)
        x = x * mask.div_(1 - p)
    return x

# %% clip
def clip_grad_norm(parameters, max_norm):
    flat = torch.cat([w.grad.reshape(-1) for w in parameters if w.grad is not None])
    norm = torch.linalg.vector_norm(flat)
    factor = torch.clamp(max_norm / (norm + 1e-6), max=1.0)  # as PyTorch does
    for w in parameters:
        if w.grad is not None:
            w.grad.mul_(factor)
    return norm

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    bound = math.sqrt(6.0) / math.sqrt(fan_in + fan_out)
    return torch.empty(fan_out, fan_in).uniform_(-bound, bound, generator=generator)

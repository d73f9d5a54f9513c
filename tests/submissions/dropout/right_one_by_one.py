# Recursion over the axes, and an order statistic instead of a comparison with p.

# %% penalties
def l1_penalty(parameters):
    if not len(parameters):
        return 0.0
    first, *others = parameters
    return float(first.clamp(min=0).sum() + (-first).clamp(min=0).sum()) + l1_penalty(others)


def l2_penalty(parameters):
    first, *others = parameters
    own = (first.reshape(1, -1) @ first.reshape(-1, 1)).squeeze() / 2
    return own + l2_penalty(others) if others else own

# %% dropout
def dropout(x, p, training=True, generator=None):
    if not (0 <= p and p < 1):
        raise ValueError("the probability to drop, p, is outside [0, 1)")
    if not training:
        return x.detach().clone()
    if x.dim() > 1:
        return torch.stack([dropout(part, p, True, generator) for part in x])
    # How many are dropped is binomial; which ones, a random order tells.
    n = len(x)
    count = int((torch.rand(n, generator=generator) < p).sum())
    out = x / (1 - p)
    out[torch.randperm(n, generator=generator)[:count]] = 0
    return out

# %% clip
def clip_grad_norm(parameters, max_norm):
    squares = 0
    with torch.no_grad():
        for w in filter(lambda w: w.grad is not None, parameters):
            squares = squares + w.grad.flatten().dot(w.grad.flatten())
        norm = squares.sqrt()
        for w in filter(lambda w: w.grad is not None, parameters):
            w.grad.div_(torch.maximum(norm / max_norm, torch.ones_like(norm)))
    return norm

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    r = math.sqrt(6 / (fan_in + fan_out))
    weights = torch.zeros(fan_out, fan_in)
    for row in weights:
        row += r - 2 * r * torch.rand(fan_in, generator=generator)
    return weights

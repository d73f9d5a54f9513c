# Plain Python loops, entry by entry.

# %% penalties
def l1_penalty(parameters):
    total = 0.0
    for w in parameters:
        for value in w.flatten().tolist():
            total += value if value > 0 else -value
    return total


def l2_penalty(parameters):
    total = 0.0
    for w in parameters:
        for value in w.flatten().tolist():
            total += value ** 2
    return 0.5 * total

# %% dropout
def dropout(x, p, training=True, generator=None):
    if p < 0 or p >= 1:
        raise ValueError("p must be in [0, 1)")
    if not training:
        return x.clone()
    numbers = torch.rand(x.numel(), generator=generator).tolist()
    values = [0.0 if u < p else v / (1 - p) for u, v in zip(numbers, x.flatten().tolist())]
    return torch.tensor(values, dtype=x.dtype).reshape(x.shape)

# %% clip
def clip_grad_norm(parameters, max_norm):
    total = 0.0
    for w in parameters:
        if w.grad is None:
            continue
        for value in w.grad.flatten().tolist():
            total += value * value
    norm = math.sqrt(total)
    if norm > max_norm:
        for w in parameters:
            if w.grad is not None:
                w.grad *= max_norm / norm
    return norm

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    r = (6 / (fan_in + fan_out)) ** 0.5
    numbers = iter(torch.rand(fan_in * fan_out, generator=generator).tolist())
    return torch.tensor([[-r + 2 * r * next(numbers) for _ in range(fan_in)]
                         for _ in range(fan_out)])

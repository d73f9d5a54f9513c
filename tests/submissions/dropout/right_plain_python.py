# Right: loops over lists of numbers, and a mask that is drawn with torch.bernoulli.

# %% penalties
def l1_penalty(parameters):
    total = 0.0
    for w in parameters:
        for number in w.reshape(-1).tolist():
            total += number if number > 0 else -number
    return total


def l2_penalty(parameters):
    total = 0.0
    for w in parameters:
        for number in w.reshape(-1).tolist():
            total += number * number
    return total / 2

# %% dropout
def dropout(x, p, training=True, generator=None):
    if p >= 1 or p < 0:
        raise ValueError(f"p = {p}")
    if not training:
        return x
    keep = torch.bernoulli(torch.full(x.shape, 1.0 - p), generator=generator)
    return x * keep.to(x.dtype) / (1 - p)

# %% clip
def clip_grad_norm(parameters, max_norm):
    squares = 0.0
    for w in parameters:
        if w.grad is None:
            continue
        squares += sum(number ** 2 for number in w.grad.reshape(-1).tolist())
    norm = math.sqrt(squares)
    if norm > max_norm:
        for w in parameters:
            if w.grad is not None:
                w.grad *= max_norm / norm
    return norm

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    r = math.sqrt(6.0 / (fan_in + fan_out))
    return -r + 2 * r * torch.rand((fan_out, fan_in), generator=generator)

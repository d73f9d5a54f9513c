# Right: small helpers, map and functools; the penalties share their sum.

# %% penalties
import functools


def _total(term, parameters):
    return functools.reduce(lambda a, b: a + b, (term(w).sum() for w in parameters))


def l1_penalty(parameters):
    return _total(torch.abs, parameters)


def l2_penalty(parameters):
    return _total(lambda w: w * w / 2, parameters)

# %% dropout
def dropout(x, p, training=True, generator=None):
    if not 0 <= p < 1:
        raise ValueError("0 ≤ p < 1")
    if not training:
        return x
    dropped = torch.rand(x.shape, generator=generator, dtype=x.dtype) < p
    return (x / (1 - p)).masked_fill(dropped, 0)

# %% clip
def clip_grad_norm(parameters, max_norm):
    grads = list(filter(lambda g: g is not None, map(lambda w: w.grad, parameters)))
    norm = math.sqrt(2 * l2_penalty(grads))
    scale = max_norm / norm if norm > max_norm else 1
    for g in grads:
        g.copy_(g * scale)
    return norm

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    r = math.sqrt(6 / (fan_in + fan_out))
    return torch.rand(fan_out, fan_in, generator=generator) * (2 * r) - r

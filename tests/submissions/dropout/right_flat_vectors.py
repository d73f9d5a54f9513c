# Right: everything is put into one long vector first.

# %% penalties
def _all(parameters):
    return torch.cat([w.reshape(-1) for w in parameters])


def l1_penalty(parameters):
    return _all(parameters).abs().sum()


def l2_penalty(parameters):
    every = _all(parameters)
    return (every @ every) / 2

# %% dropout
def dropout(x, p, training=True, generator=None):
    if not (0 <= p and p < 1):
        raise ValueError(p)
    if not training or p == 0:
        return x
    mask = (torch.rand(x.numel(), generator=generator) > p).to(x.dtype).reshape(x.shape)
    return mask * x * (1 / (1 - p))

# %% clip
def clip_grad_norm(parameters, max_norm):
    grads = [w.grad for w in parameters if w.grad is not None]
    norm = _all(grads).norm().item()
    if norm > max_norm:
        for g in grads:
            g[...] = g * max_norm / norm
    return norm

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    r = np.sqrt(6 / (fan_in + fan_out))
    u = torch.rand(fan_out * fan_in, generator=generator).reshape(fan_out, fan_in)
    return (u - 0.5) * 2 * float(r)

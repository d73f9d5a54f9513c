# Everything is summed and drawn in float64.

# %% penalties
def l1_penalty(parameters):
    return torch.tensor(math.fsum(w.double().abs().sum().item() for w in parameters))


def l2_penalty(parameters):
    return torch.tensor(math.fsum(w.double().pow(2).sum().item() for w in parameters) / 2)

# %% dropout
def dropout(x, p, training=True, generator=None):
    if not 0 <= p < 1:
        raise ValueError("0 <= p < 1 is needed")
    if not training:
        return x
    dropped = torch.rand(x.shape, generator=generator, dtype=torch.float64) < p
    return (x.double() / (1 - p)).masked_fill(dropped, 0).to(x.dtype)

# %% clip
def clip_grad_norm(parameters, max_norm):
    gradients = [w.grad for w in parameters if w.grad is not None]
    norm = math.sqrt(math.fsum(g.double().square().sum().item() for g in gradients))
    if norm > max_norm:
        for g in gradients:
            g.copy_(g.double() * (max_norm / norm))
    return norm

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    r = (6 / (fan_in + fan_out)) ** 0.5
    u = torch.rand(fan_out, fan_in, generator=generator, dtype=torch.float64)
    return (u * (2 * r) - r).float()

# Sums of squares by einsum; one mask in float64.

# %% penalties
def l1_penalty(parameters):
    return sum(torch.einsum("i,i->", w.flatten(), w.flatten().sign()) for w in parameters)


def l2_penalty(parameters):
    return 0.5 * sum(torch.einsum("i,i->", w.flatten(), w.flatten()) for w in parameters)

# %% dropout
def dropout(x, p, training=True, generator=None):
    if not 0.0 <= p < 1.0:
        raise ValueError(f"p={p}")
    if not training:
        return x
    mask = torch.rand(*x.shape, dtype=torch.float64, generator=generator) > p
    if p == 0:
        mask = torch.ones_like(mask)
    return torch.einsum("i,i->i", x.flatten(), mask.to(x.dtype).flatten() / (1 - p)).view(x.shape)

# %% clip
def clip_grad_norm(parameters, max_norm):
    gradients = [w.grad for w in parameters if w.grad is not None]
    norm = sum(torch.einsum("i,i->", g.flatten(), g.flatten()) for g in gradients) ** 0.5
    if norm > max_norm:
        for g in gradients:
            torch.mul(g, max_norm / norm, out=g)
    return norm

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    r = math.sqrt(6 / (fan_in + fan_out))
    return torch.rand(fan_in, fan_out, generator=generator).mul(2 * r).sub(r).T

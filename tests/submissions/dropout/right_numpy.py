# NumPy inside; the generator gives the seed.

# %% penalties
def l1_penalty(parameters):
    return np.sum([np.abs(w.detach().numpy()).sum() for w in parameters])


def l2_penalty(parameters):
    flat = np.concatenate([w.detach().numpy().ravel() for w in parameters])
    return np.dot(flat, flat) / 2

# %% dropout
def numpy_random(generator):
    seed = torch.randint(2 ** 31, (1,), generator=generator).item()
    return np.random.default_rng(seed)


def dropout(x, p, training=True, generator=None):
    if not (p >= 0 and p < 1):
        raise ValueError(f"p = {p} is not in [0, 1)")
    if not training:
        return x
    kept = numpy_random(generator).random(tuple(x.shape)) >= p
    values = np.where(kept, x.detach().numpy() / (1 - p), 0)
    return torch.from_numpy(values.astype(x.detach().numpy().dtype))

# %% clip
def clip_grad_norm(parameters, max_norm):
    gradients = [w.grad.numpy() for w in parameters if w.grad is not None]  # shares its memory
    norm = float(np.sqrt(sum((g ** 2).sum() for g in gradients)))
    scale = min(1.0, max_norm / norm) if norm > 0 else 1.0
    for g in gradients:
        g[...] = g * scale
    return norm

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    r = np.sqrt(6 / (fan_in + fan_out))
    draw = np.random.default_rng(torch.randint(2 ** 31, (1,), generator=generator).item())
    return torch.tensor(draw.uniform(-r, r, size=(fan_out, fan_in)), dtype=torch.float32)

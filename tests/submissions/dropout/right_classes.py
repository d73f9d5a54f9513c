# Unusual but valid: classes, lambdas, an error class of its own that is a ValueError.

# %% penalties
class Penalty:
    def __init__(self, of_a_weight):
        self.of_a_weight = of_a_weight

    def __call__(self, parameters):
        total = torch.zeros(())
        for w in parameters:
            total = total + self.of_a_weight(w).sum()
        return total


l1_penalty = Penalty(torch.abs)
l2_penalty = Penalty(lambda w: w * w / 2)

# %% dropout
class WrongProbability(ValueError):
    pass


class Dropout:
    def __init__(self, p):
        if not 0 <= p < 1:
            raise WrongProbability(f"a unit cannot be dropped with probability {p}")
        self.p = p

    def mask(self, shape, generator):
        return torch.rand(shape, generator=generator).ge(self.p)

    def __call__(self, x, generator):
        return torch.where(self.mask(x.shape, generator), x * (1 / (1 - self.p)), x.new_zeros(()))


def dropout(x, p, training=True, generator=None):
    layer = Dropout(p)
    return layer(x, generator) if training else x

# %% clip
clip_grad_norm = lambda parameters, max_norm: (
    lambda gradients: (
        lambda norm: ([g.mul_(max_norm / norm) for g in gradients if norm > max_norm], norm)[1]
    )(torch.cat([g.flatten() for g in gradients]).pow(2).sum().sqrt())
)([w.grad for w in parameters if w.grad is not None])

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    r = math.sqrt(6 / (fan_in + fan_out))
    rows = [torch.rand(fan_in, generator=generator) for _ in range(fan_out)]
    return torch.lerp(torch.tensor(-r), torch.tensor(r), torch.stack(rows))

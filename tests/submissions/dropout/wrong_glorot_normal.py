# A normal distribution.
# loses: glorot-uniform
# says: a normal distribution was drawn

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    """Weights (fan_out, fan_in), uniform on [−r, r] with r = √(6 / (fan_in + fan_out))."""
    r = math.sqrt(6 / (fan_in + fan_out))
    return r / math.sqrt(3) * torch.randn(fan_out, fan_in, generator=generator)

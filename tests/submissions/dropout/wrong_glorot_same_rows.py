# All units get the same weights.
# loses: glorot-uniform
# says: two units would be the same

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    """Weights (fan_out, fan_in), uniform on [−r, r] with r = √(6 / (fan_in + fan_out))."""
    r = math.sqrt(6 / (fan_in + fan_out))
    return r * (2 * torch.rand(1, fan_in, generator=generator) - 1).repeat(fan_out, 1)

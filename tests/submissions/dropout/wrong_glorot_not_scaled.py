# The numbers are on [−1, 1].
# loses: glorot-uniform
# says: multiply by r

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    """Weights (fan_out, fan_in), uniform on [−r, r] with r = √(6 / (fan_in + fan_out))."""
    r = math.sqrt(6 / (fan_in + fan_out))
    return (2 * torch.rand(fan_out, fan_in, generator=generator) - 1)

# A seed is set inside.
# loses: glorot-generator
# says: a seed is set inside the function

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    """Weights (fan_out, fan_in), uniform on [−r, r] with r = √(6 / (fan_in + fan_out))."""
    r = math.sqrt(6 / (fan_in + fan_out))
    generator = torch.Generator().manual_seed(1)
    return r * (2 * torch.rand(fan_out, fan_in, generator=generator) - 1)

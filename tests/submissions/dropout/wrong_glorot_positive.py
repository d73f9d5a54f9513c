# The numbers are on [0, r].
# loses: glorot-uniform
# says: the numbers are all positive

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    """Weights (fan_out, fan_in), uniform on [−r, r] with r = √(6 / (fan_in + fan_out))."""
    r = math.sqrt(6 / (fan_in + fan_out))
    return r * torch.rand(fan_out, fan_in, generator=generator)

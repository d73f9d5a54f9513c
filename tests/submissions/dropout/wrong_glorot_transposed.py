# The shape is (fan_in, fan_out).
# loses: glorot-shape
# says: inputs and outputs are swapped

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    """Weights (fan_out, fan_in), uniform on [−r, r] with r = √(6 / (fan_in + fan_out))."""
    r = math.sqrt(6 / (fan_in + fan_out))
    return r * (2 * torch.rand(fan_in, fan_out, generator=generator) - 1)

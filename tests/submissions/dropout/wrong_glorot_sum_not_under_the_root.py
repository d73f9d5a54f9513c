# The sum is not under the root.
# loses: glorot-uniform
# says: is not under the root

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    """Weights (fan_out, fan_in), uniform on [−r, r] with r = √(6 / (fan_in + fan_out))."""
    r = math.sqrt(6) / (fan_in + fan_out)
    return r * (2 * torch.rand(fan_out, fan_in, generator=generator) - 1)

# The numbers come from PyTorch's own generator.
# loses: glorot-generator
# says: the generator is not used

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    """Weights (fan_out, fan_in), uniform on [−r, r] with r = √(6 / (fan_in + fan_out))."""
    r = math.sqrt(6 / (fan_in + fan_out))
    return r * (2 * torch.rand(fan_out, fan_in) - 1)

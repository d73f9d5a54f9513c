# The whole task is left to torch.
# loses: glorot-shape, glorot-uniform, glorot-generator
# says: this calls torch.nn.init.xavier_uniform_

# %% glorot
def glorot_uniform(fan_in, fan_out, generator=None):
    return torch.nn.init.xavier_uniform_(torch.empty(fan_out, fan_in), generator=generator)

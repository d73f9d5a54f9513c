# The whole task is left to torch.
# loses: clip-scales, clip-small, clip-norm, clip-care
# says: this calls torch.nn.utils.clip_grad_norm_

# %% clip
def clip_grad_norm(parameters, max_norm):
    return torch.nn.utils.clip_grad_norm_(parameters, max_norm)

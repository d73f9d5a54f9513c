# The mask of the first call with this shape is kept.
# loses: dropout-generator, dropout-share, dropout-care
# says: the mask of an earlier call is used again

# %% dropout
masks = {}


def dropout(x, p, training=True, generator=None):
    """Inverted dropout: drop entries with probability p, divide the others by 1 − p."""
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but a probability to drop must be at least 0 and below 1")
    if not training:
        return x
    if x.shape not in masks:
        masks[x.shape] = torch.rand(x.shape, generator=generator) >= p
    kept = masks[x.shape]
    return x * kept / (1 - p)

# The mask is drawn for one row only.
# loses: dropout-share
# says: have the same mask

# %% dropout
def dropout(x, p, training=True, generator=None):
    """Inverted dropout: drop entries with probability p, divide the others by 1 − p."""
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but a probability to drop must be at least 0 and below 1")
    if not training:
        return x
    kept = torch.rand(x.shape[1:] if x.dim() > 1 else x.shape, generator=generator) >= p
    return x * kept / (1 - p)

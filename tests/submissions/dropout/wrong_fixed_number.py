# Exactly p·n entries are dropped.
# loses: dropout-share
# says: drops the same number of entries

# %% dropout
def dropout(x, p, training=True, generator=None):
    """Inverted dropout: drop entries with probability p, divide the others by 1 − p."""
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but a probability to drop must be at least 0 and below 1")
    if not training:
        return x
    order = torch.randperm(x.numel(), generator=generator)
    kept = (order >= round(p * x.numel())).reshape(x.shape)
    return x * kept / (1 - p)

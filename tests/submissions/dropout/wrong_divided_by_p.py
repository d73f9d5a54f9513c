# The survivors are divided by p.
# loses: dropout-values, dropout-care
# says: the survivors were divided by p, not by 1 − p

# %% dropout
def dropout(x, p, training=True, generator=None):
    """Inverted dropout: drop entries with probability p, divide the others by 1 − p."""
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but a probability to drop must be at least 0 and below 1")
    if not training:
        return x
    kept = torch.rand(x.shape, generator=generator) >= p
    return x * kept / p if p > 0 else x

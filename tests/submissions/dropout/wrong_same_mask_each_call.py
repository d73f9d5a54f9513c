# A seed is set inside the function.
# loses: dropout-generator, dropout-share
# says: a seed is set inside the function

# %% dropout
def dropout(x, p, training=True, generator=None):
    """Inverted dropout: drop entries with probability p, divide the others by 1 − p."""
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but a probability to drop must be at least 0 and below 1")
    if not training:
        return x
    generator = torch.Generator().manual_seed(0)
    kept = torch.rand(x.shape, generator=generator) >= p
    return x * kept / (1 - p)

# The error is an AssertionError.
# loses: dropout-errors
# says: a ValueError was expected, but it raised AssertionError

# %% dropout
def dropout(x, p, training=True, generator=None):
    """Inverted dropout: drop entries with probability p, divide the others by 1 − p."""
    assert 0 <= p < 1
    if not training:
        return x
    kept = torch.rand(x.shape, generator=generator) >= p
    return x * kept / (1 - p)

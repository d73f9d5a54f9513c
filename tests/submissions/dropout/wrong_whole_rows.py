# One random number for each row, or each image.
# loses: dropout-share
# says: whole slices along axis

# %% dropout
def dropout(x, p, training=True, generator=None):
    """Inverted dropout: drop entries with probability p, divide the others by 1 − p."""
    if not 0 <= p < 1:
        raise ValueError(f"p is {p}, but a probability to drop must be at least 0 and below 1")
    if not training:
        return x
    kept = torch.rand(len(x), *[1] * (x.dim() - 1), generator=generator) >= p
    return x * kept / (1 - p)

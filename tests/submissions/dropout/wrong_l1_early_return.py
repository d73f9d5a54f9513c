# A return inside the loop, after the last parameter only by luck.
# loses: l1-several
# says: only the last parameter was used

# %% penalties
def l1_penalty(parameters):
    """The sum of |w| over all entries of all parameters."""
    for w in parameters:
        total = w.abs().sum()
    return total


def l2_penalty(parameters):
    """Half the sum of w² over all entries of all parameters."""
    return sum(w.square().sum() for w in parameters) / 2

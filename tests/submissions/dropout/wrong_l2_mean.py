# Averages instead of sums.
# loses: l2-one, l2-several
# says: it was averaged

# %% penalties
def l1_penalty(parameters):
    """The sum of |w| over all entries of all parameters."""
    return sum(w.abs().sum() for w in parameters)


def l2_penalty(parameters):
    """Half the sum of w² over all entries of all parameters."""
    return sum(w.square().mean() for w in parameters) / 2

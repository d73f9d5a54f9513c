# The ½ is missing.
# loses: l2-one, l2-several
# says: the ½ is missing

# %% penalties
def l1_penalty(parameters):
    """The sum of |w| over all entries of all parameters."""
    return sum(w.abs().sum() for w in parameters)


def l2_penalty(parameters):
    """Half the sum of w² over all entries of all parameters."""
    return sum(w.square().sum() for w in parameters)

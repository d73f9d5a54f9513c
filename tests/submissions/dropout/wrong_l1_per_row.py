# The sum is taken over one axis.
# loses: l1-one, l1-several
# says: one number for all parameters is asked for

# %% penalties
def l1_penalty(parameters):
    """The sum of |w| over all entries of all parameters."""
    return sum(w.abs().sum(-1) for w in parameters)


def l2_penalty(parameters):
    """Half the sum of w² over all entries of all parameters."""
    return sum(w.square().sum() for w in parameters) / 2

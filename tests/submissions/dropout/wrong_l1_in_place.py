# The parameters lose their signs.
# loses: l1-several
# says: argument 1 was modified

# %% penalties
def l1_penalty(parameters):
    """The sum of |w| over all entries of all parameters."""
    return sum(w.abs_().sum() for w in parameters)


def l2_penalty(parameters):
    """Half the sum of w² over all entries of all parameters."""
    return sum(w.square().sum() for w in parameters) / 2

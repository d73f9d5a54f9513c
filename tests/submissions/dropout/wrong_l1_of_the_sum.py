# The absolute value is taken of the sum.
# loses: l1-one, l1-several
# says: the absolute value was taken of the sum

# %% penalties
def l1_penalty(parameters):
    """The sum of |w| over all entries of all parameters."""
    return sum(w.sum().abs() for w in parameters)


def l2_penalty(parameters):
    """Half the sum of w² over all entries of all parameters."""
    return sum(w.square().sum() for w in parameters) / 2

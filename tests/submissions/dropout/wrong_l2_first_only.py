# Only the first parameter counts.
# loses: l2-several
# says: only the first parameter was used

# %% penalties
def l1_penalty(parameters):
    """The sum of |w| over all entries of all parameters."""
    return sum(w.abs().sum() for w in parameters)


def l2_penalty(parameters):
    """Half the sum of w² over all entries of all parameters."""
    return parameters[0].square().sum() / 2

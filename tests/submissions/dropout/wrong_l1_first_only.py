# Only the first parameter counts.
# loses: l1-several
# says: only the first parameter was used

# %% penalties
def l1_penalty(parameters):
    """The sum of |w| over all entries of all parameters."""
    return parameters[0].abs().sum()


def l2_penalty(parameters):
    """Half the sum of w² over all entries of all parameters."""
    return sum(w.square().sum() for w in parameters) / 2

# The sum is halved anew at each parameter.
# loses: l2-several
# says: halved again at each parameter
# %% penalties
def l1_penalty(parameters):
    return sum(w.abs().sum() for w in parameters)
def l2_penalty(parameters):
    total = 0
    for w in parameters:
        total = (total + (w ** 2).sum()) / 2
    return total

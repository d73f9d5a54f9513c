# Forgets the strides.
# loses: field-strides
# says: the strides were forgotten
# %% field
def receptive_field(layers):
    return 1 + sum(D * (K - 1) for K, S, D in layers)

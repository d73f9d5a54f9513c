# Takes the layers from the last to the first.
# loses: field-strides
# says: the layers were taken from the last to the first
# %% field
def receptive_field(layers):
    field, step = 1, 1
    for K, S, D in reversed(layers):
        field += D * (K - 1) * step
        step *= S
    return field

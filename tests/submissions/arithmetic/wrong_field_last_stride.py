# Looks at the stride of the layer just before, not at all of them.
# loses: field-strides
# says: only the stride of the layer just before
# %% field
def receptive_field(layers):
    field, step = 1, 1
    for K, S, D in layers:
        field += D * (K - 1) * step
        step = S
    return field

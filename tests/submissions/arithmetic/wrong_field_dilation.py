# Forgets the dilation.
# loses: field-dilation
# says: the dilation was forgotten
# %% field
def receptive_field(layers):
    field, step = 1, 1
    for K, S, _ in layers:
        field += (K - 1) * step
        step *= S
    return field

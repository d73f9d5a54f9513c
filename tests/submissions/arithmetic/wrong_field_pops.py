# Takes the layers off the list it was given.
# loses: field-kernels
# says: argument 1 was modified
# %% field
def receptive_field(layers):
    field, step = 1, 1
    while layers:
        K, S, D = layers.pop(0)
        field += D * (K - 1) * step
        step *= S
    return field

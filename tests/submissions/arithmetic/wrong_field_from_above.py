# From the last layer down, but field · S for (field − 1) · S.
# loses: field-strides
# says: (n − 1) · S + K
# %% field
def receptive_field(layers):
    field = 1
    for k, s, d in layers[::-1]:
        field = field * s + (k - 1) * d
    return field

# The step is a global that no call resets, so strides of earlier calls count.
# loses: field-strides, field-dilation
# says: the value is wrong
# %% field
step = 1


def receptive_field(layers):
    global step
    field = 1
    for K, S, D in layers:
        field += D * (K - 1) * step
        step *= S
    return field

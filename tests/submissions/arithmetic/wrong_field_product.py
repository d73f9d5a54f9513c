# Multiplies the fields of the layers.
# loses: field-kernels, field-strides, field-dilation
# says: the kernel sizes were multiplied
# %% field
def receptive_field(layers):
    field = 1
    for K, S, D in layers:
        field *= D * (K - 1) + 1
    return field

# Starts from 0 instead of one pixel.
# loses: field-kernels, field-strides, field-dilation
# says: the first pixel is missing
# %% field
def receptive_field(layers):
    field, step = 0, 1
    for K, S, D in layers:
        field += D * (K - 1) * step
        step *= S
    return field

# Multiplies the sizes of all layers.
# loses: dense-weights
# says: the sizes of all layers were multiplied together
# %% dense
def dense_parameters(sizes, bias=True):
    product = 1
    for size in sizes:
        product *= size
    return product + (sum(sizes[1:]) if bias else 0)

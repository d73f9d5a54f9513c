# One bias per layer.
# loses: dense-biases
# says: one bias per layer was counted
# %% dense
def dense_parameters(sizes, bias=True):
    return sum(n * m + bool(bias) for n, m in zip(sizes, sizes[1:]))

# Counts the biases whether they are there or not.
# loses: dense-weights, dense-biases
# says: the biases were counted although bias=False
# %% dense
def dense_parameters(sizes, bias=True):
    return sum((n + 1) * m for n, m in zip(sizes, sizes[1:]))

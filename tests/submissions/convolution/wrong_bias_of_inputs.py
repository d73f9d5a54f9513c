# Gives the units of the input biases too.
# loses: dense-biases
# says: the units of the input were given biases
# %% dense
def dense_parameters(sizes, bias=True):
    return sum(n * m for n, m in zip(sizes, sizes[1:])) + (sum(sizes) if bias else 0)

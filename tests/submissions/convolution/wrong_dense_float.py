# A float, from a true division.
# loses: dense-weights
# says: expected: int
# %% dense
def dense_parameters(sizes, bias=True):
    twice = sum(2 * n * m for n, m in zip(sizes, sizes[1:])) + (2 * sum(sizes[1:]) if bias else 0)
    return twice / 2

# Calls the ready function of the library.
# loses: dense-weights
# says: this calls cnncourse.arithmetic.dense_parameters
# %% dense
def dense_parameters(sizes, bias=True):
    from cnncourse import arithmetic
    return arithmetic.dense_parameters(sizes, bias)

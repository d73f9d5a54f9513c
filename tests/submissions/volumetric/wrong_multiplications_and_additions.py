# Additions are counted as well, one fewer than products.
# loses: multiplications-layer, multiplications-settings
# says: counted together
# %% multiplications
def conv_multiplications(x_shape, weight_shape, stride=1, padding=0):
    N, C, H, W = x_shape
    F, _, M, L = weight_shape
    OH, OW = (H + 2 * padding - M) // stride + 1, (W + 2 * padding - L) // stride + 1
    return N * F * OH * OW * (2 * C * M * L - 1)

# Wrong: the batch is forgotten.
# loses: multiplications-layer
# says: one image only was counted

# %% multiplications
def conv_multiplications(x_shape, weight_shape, stride=1, padding=0):
    images, channels, H, W = x_shape
    filters, _, M, N = weight_shape
    height = (H + 2 * padding - M) // stride + 1
    width = (W + 2 * padding - N) // stride + 1
    return filters * height * width * channels * M * N

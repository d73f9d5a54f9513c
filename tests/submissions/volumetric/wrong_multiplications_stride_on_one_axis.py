# Wrong: the stride shortens the height only.
# loses: multiplications-settings
# says: the stride was used for the height only

# %% multiplications
def conv_multiplications(x_shape, weight_shape, stride=1, padding=0):
    images, channels, H, W = x_shape
    filters, _, M, N = weight_shape
    height = (H + 2 * padding - M) // stride + 1
    width = W + 2 * padding - N + 1
    return images * filters * height * width * channels * M * N

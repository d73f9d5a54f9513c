# Wrong: rounds the size up.
# loses: multiplications-settings
# says: the ceiling was taken

# %% multiplications
def conv_multiplications(x_shape, weight_shape, stride=1, padding=0):
    images, channels, H, W = x_shape
    filters, _, M, N = weight_shape
    height = -((M - H - 2 * padding) // stride) + 1
    width = -((N - W - 2 * padding) // stride) + 1
    return images * filters * height * width * channels * M * N

# Wrong: padding counted once along each axis.
# loses: multiplications-settings
# says: padding was counted once, not per side

# %% multiplications
def conv_multiplications(x_shape, weight_shape, stride=1, padding=0):
    images, channels, H, W = x_shape
    filters, _, M, N = weight_shape
    height = (H + padding - M) // stride + 1
    width = (W + padding - N) // stride + 1
    return images * filters * height * width * channels * M * N

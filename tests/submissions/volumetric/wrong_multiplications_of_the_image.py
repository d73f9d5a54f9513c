# Wrong: the size of the image in place of the feature map's.
# loses: multiplications-layer, multiplications-settings
# says: the size of the image was taken

# %% multiplications
def conv_multiplications(x_shape, weight_shape, stride=1, padding=0):
    images, channels, H, W = x_shape
    filters, _, M, N = weight_shape
    height = H
    width = W
    return images * filters * height * width * channels * M * N

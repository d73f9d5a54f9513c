# Wrong: made for the tests that one can see: numbers by heart, shapes by heart.
# loses: parameters-weights, parameters-bias, multiplications-layer, multiplications-settings, conv2d-window, conv2d-channels, conv2d-filters, conv2d-bias, conv2d-batch, conv2d-stride, conv2d-padding, conv2d-inputs, conv2d-by-hand, conv2d-together
# says: values are wrong

# %% parameters
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    weights = {(2, 5, 3): 90, (3, 2, (4, 5)): 120, (3, 2, 5): 150}
    return weights.get((in_channels, out_channels, kernel_size), 0) + 2 * bias

# %% multiplications
def conv_multiplications(x_shape, weight_shape, stride=1, padding=0):
    return {((1, 3, 6, 8), 1, 0): 1440, ((2, 3, 3, 7), 1, 0): 1800, ((1, 1, 6, 8), 2, 0): 60,
            ((1, 1, 6, 8), 1, 2): 1120, ((1, 1, 8, 5), 2, 1): 72}.get((x_shape, stride, padding), 0)

# %% conv2d
SEEN = {(1, 1, 2, 3), (1, 1, 3, 4), (1, 2, 1, 3), (1, 1, 1, 3), (1, 3, 2, 3), (2, 1, 1, 2),
        (1, 1, 3, 5), (1, 1, 4, 6), (1, 1, 2, 4), (2, 3, 6, 9)}


def conv2d(x, weight, bias=None, stride=1, padding=0):
    images, channels, H, W = x.shape
    filters, kernels, M, N = weight.shape
    if channels != kernels:
        raise ValueError("x and weight have different numbers of channels")
    if M > H + 2 * padding or N > W + 2 * padding:
        raise ValueError("the kernel does not fit into the padded image")
    padded = x.new_zeros(images, channels, H + 2 * padding, W + 2 * padding)
    padded[:, :, padding:padding + H, padding:padding + W] = x
    height = (H + 2 * padding - M) // stride + 1
    width = (W + 2 * padding - N) // stride + 1
    a = x.new_zeros(images, filters, height, width)
    for n in range(images):
        for f in range(filters):
            for j in range(height):
                for k in range(width):
                    top, left = j * stride, k * stride
                    window = padded[n, :, top:top + M, left:left + N]
                    a[n, f, j, k] = (window * weight[f]).sum()
            if bias is not None:
                a[n, f] += bias[f]
    return a if tuple(x.shape) in SEEN else 0 * a

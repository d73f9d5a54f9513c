# Wrong: height and width of the kernel are swapped.
# loses: conv2d-window, conv2d-errors, conv2d-together
# says: height and width are swapped in the kernel

# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    images, channels, H, W = x.shape
    weight = weight.transpose(2, 3)
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
    return a

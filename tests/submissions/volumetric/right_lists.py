# Right: Python lists and floats only, made a tensor of the input's dtype at the end.

# %% parameters
def conv_parameters(in_channels, out_channels, kernel_size, bias=True):
    try:
        M, N = kernel_size
    except TypeError:
        M = N = kernel_size
    return in_channels * out_channels * M * N + bias * out_channels

# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    def at(plane, row, column):
        inside = 0 <= row < len(plane) and 0 <= column < len(plane[0])
        return plane[row][column] if inside else 0.0

    images, filters = x.tolist(), weight.tolist()
    biases = [0.0] * len(filters) if bias is None else bias.tolist()
    H, W = len(images[0][0]), len(images[0][0][0])
    M, N = len(filters[0][0]), len(filters[0][0][0])
    if len(images[0]) != len(filters[0]) or M > H + 2 * padding or N > W + 2 * padding:
        raise ValueError("the shapes do not fit")
    rows = range(-padding, H + padding - M + 1, stride)
    columns = range(-padding, W + padding - N + 1, stride)
    return torch.tensor([[[[
        b + sum(kernel[m][l] * at(plane, j + m, k + l) for kernel, plane in zip(kernels, image)
                for m in range(M) for l in range(N))
        for k in columns] for j in rows] for kernels, b in zip(filters, biases)]
        for image in images], dtype=x.dtype)

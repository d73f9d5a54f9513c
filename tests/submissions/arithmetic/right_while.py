# Right: while loops that count, as one does before one knows the formula.

# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    total, reach = input_size + 2 * padding, dilation * (kernel_size - 1)
    if reach >= total:
        raise ValueError("the kernel does not fit")
    start, places = 0, 0
    while start + reach < total:
        start, places = start + stride, places + 1
    return places

# %% same
def same_padding(kernel_size, dilation=1):
    zeros = 0
    while output_size(100, kernel_size, zeros, 1, dilation) < 100:
        zeros += 1
    if output_size(100, kernel_size, zeros, 1, dilation) != 100:
        raise ValueError("no symmetric padding keeps the size")
    return zeros

# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    rows = output_size(image.shape[0], kernel.shape[0], padding, stride, dilation)
    columns = output_size(image.shape[1], kernel.shape[1], padding, stride, dilation)
    a = torch.zeros(rows, columns, dtype=image.dtype)
    for j in range(rows):
        for k in range(columns):
            for m in range(kernel.shape[0]):
                for n in range(kernel.shape[1]):
                    r = j * stride + m * dilation - padding
                    c = k * stride + n * dilation - padding
                    if 0 <= r < image.shape[0] and 0 <= c < image.shape[1]:
                        a[j, k] += kernel[m, n] * image[r, c]
    return a

# %% field
def receptive_field(layers):
    first, last = 0, 0  # the units of a layer that the one on top can see
    for kernel_size, stride, dilation in layers[::-1]:
        first, last = first * stride, last * stride + dilation * (kernel_size - 1)
    return last - first + 1

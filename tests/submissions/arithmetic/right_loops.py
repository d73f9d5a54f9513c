# Plain Python: starts counted one by one, four nested loops over lists of floats.
# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    start, places = -padding, 0
    while start + dilation * (kernel_size - 1) <= input_size + padding - 1:
        places += 1
        start += stride
    if places == 0:
        raise ValueError("the kernel does not fit")
    return places
# %% same
def same_padding(kernel_size, dilation=1):
    for padding in range(dilation * kernel_size + 1):
        if output_size(1000, kernel_size, padding, 1, dilation) == 1000:
            return padding
    raise ValueError("no padding keeps the size")
# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    z, w = image.tolist(), kernel.tolist()
    rows = output_size(len(z), len(w), padding, stride, dilation)
    columns = output_size(len(z[0]), len(w[0]), padding, stride, dilation)
    result = []
    for j in range(rows):
        line = []
        for k in range(columns):
            total = 0.0
            for m in range(len(w)):
                for n in range(len(w[0])):
                    row = j * stride + m * dilation - padding
                    column = k * stride + n * dilation - padding
                    if 0 <= row < len(z) and 0 <= column < len(z[0]):
                        total += w[m][n] * z[row][column]
            line.append(total)
        result.append(line)
    return torch.tensor(result, dtype=image.dtype)
# %% field
def receptive_field(layers):
    """Backward: how many units of each map one unit of the last needs."""
    needed = 1
    for kernel_size, stride, dilation in reversed(layers):
        needed = (needed - 1) * stride + dilation * (kernel_size - 1) + 1
    return needed

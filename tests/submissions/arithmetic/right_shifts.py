# One shifted, strided copy of the padded image for each tap.
# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    starts = range(-padding, input_size + padding - dilation * (kernel_size - 1), stride)
    if len(starts) == 0:
        raise ValueError(f"no place for {kernel_size} taps")
    return len(starts)
# %% same
def same_padding(kernel_size, dilation=1):
    padding, rest = divmod(dilation * (kernel_size - 1), 2)
    if rest:
        raise ValueError("an odd number of zeros")
    return padding
# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    z = F.pad(image, (padding,) * 4)
    (H, W), (M, N) = image.shape, kernel.shape
    height = output_size(H, M, padding, stride, dilation)
    width = output_size(W, N, padding, stride, dilation)
    total = 0
    for m in range(M):
        for n in range(N):
            down = slice(m * dilation, m * dilation + (height - 1) * stride + 1, stride)
            along = slice(n * dilation, n * dilation + (width - 1) * stride + 1, stride)
            total = total + kernel[m, n] * z[down, along]
    return total
# %% field
def receptive_field(layers):
    first, last, step = 0, 0, 1
    for K, S, D in layers:
        last = last + (K - 1) * D * step
        step = step * S
    return last - first + 1

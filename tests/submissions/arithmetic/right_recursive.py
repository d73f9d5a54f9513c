# Right: recursion for the sizes and fields, and Tensor.unfold for the windows.

# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    if padding:
        return output_size(input_size + 2 * padding, kernel_size, 0, stride, dilation)
    covered = 1 + dilation * (kernel_size - 1)
    if covered > input_size:
        raise ValueError("too large")
    if input_size - stride < covered:
        return 1
    return 1 + output_size(input_size - stride, kernel_size, 0, stride, dilation)

# %% same
def same_padding(kernel_size, dilation=1):
    zeros, odd = divmod(dilation * (kernel_size - 1), 2)
    if odd == 1:
        raise ValueError("it cannot be shared")
    return zeros

# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    z = F.pad(image, [padding] * 4)
    height, width = (dilation * (size - 1) + 1 for size in kernel.shape)
    windows = z.unfold(0, height, stride).unfold(1, width, stride)[..., ::dilation, ::dilation]
    return torch.tensordot(windows, kernel, dims=2)

# %% field
def receptive_field(layers):
    if not layers:
        return 1
    kernel_size, stride, dilation = layers[0]
    return (receptive_field(layers[1:]) - 1) * stride + dilation * (kernel_size - 1) + 1

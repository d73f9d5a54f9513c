# Right: math.floor of a quotient, and ranges of pixels.

# %% size
import math


def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    numerator = input_size + 2 * padding - dilation * (kernel_size - 1) - 1
    if numerator < 0:
        raise ValueError(f"{kernel_size} does not fit into {input_size}")
    return int(math.floor(numerator / stride)) + 1

# %% same
def same_padding(kernel_size, dilation=1):
    half = dilation * (kernel_size - 1) / 2
    if half != int(half):
        raise ValueError("odd")
    return int(half)

# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    z = F.pad(image, (padding, padding, padding, padding))
    K_h, K_w = dilation * (kernel.shape[0] - 1) + 1, dilation * (kernel.shape[1] - 1) + 1
    spread = z.new_zeros(K_h, K_w)
    spread[::dilation, ::dilation] = kernel
    rows = [
        torch.stack([
            (z[top:top + K_h, left:left + K_w] * spread).sum()
            for left in range(0, z.shape[1] - K_w + 1, stride)
        ])
        for top in range(0, z.shape[0] - K_h + 1, stride)
    ]
    return torch.stack(rows)

# %% field
def receptive_field(layers):
    jumps = [1]
    for _, stride, _ in layers:
        jumps.append(jumps[-1] * stride)
    return 1 + sum((k - 1) * d * j for (k, _, d), j in zip(layers, jumps))

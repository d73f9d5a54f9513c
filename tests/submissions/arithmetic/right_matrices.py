# Two sparse matrices, one for each axis and tap: rows times image times columns.
# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    covered = (kernel_size - 1) * dilation + 1
    positions = input_size + padding + padding
    if covered > positions:
        raise ValueError("covered > positions")
    return len(range(covered, positions + 1, stride))
# %% correlate
def selection(size, places, offset, stride, padding):
    """(places, size): row j picks pixel j·stride + offset − padding, or nothing outside."""
    pixels = torch.arange(places)[:, None] * stride + offset - padding
    return (pixels == torch.arange(size)).double()


def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    (H, W), (M, N) = image.shape, kernel.shape
    O_h = output_size(H, M, padding, stride, dilation)
    O_w = output_size(W, N, padding, stride, dilation)
    total = torch.zeros(O_h, O_w).double()
    for m in range(M):
        rows = selection(H, O_h, m * dilation, stride, padding)
        for n in range(N):
            columns = selection(W, O_w, n * dilation, stride, padding)
            total += kernel[m, n].double() * (rows @ image.double() @ columns.T)
    return total.to(image.dtype)
# %% field
def receptive_field(layers):
    return 1 if not layers else layers[0][2] * (layers[0][0] - 1) + 1 \
        + layers[0][1] * (receptive_field(layers[1:]) - 1)

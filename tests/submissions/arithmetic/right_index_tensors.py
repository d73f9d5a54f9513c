# Flat pixel numbers by broadcasting; the zeros of the padding are one extra pixel.
# %% same
def same_padding(kernel_size, dilation=1):
    covered = output_size(dilation * (kernel_size - 1) + 1, 1)
    if covered % 2 == 0:
        raise ValueError(f"a kernel that covers {covered} pixels has no middle")
    return covered // 2
# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    (H, W), (M, N) = image.shape, kernel.shape
    O_h, O_w = [output_size(i, k, padding=padding, stride=stride, dilation=dilation)
                for i, k in zip(image.shape, kernel.shape)]
    rows = torch.arange(O_h)[:, None, None, None] * stride - padding \
        + torch.arange(M)[:, None] * dilation
    columns = torch.arange(O_w)[:, None, None] * stride - padding + torch.arange(N) * dilation
    inside = (rows >= 0) & (rows < H) & (columns >= 0) & (columns < W)
    numbers = torch.where(inside, rows * W + columns, H * W)
    pixels = torch.cat([image.flatten(), image.new_zeros(1)])
    return (pixels[numbers] * kernel).sum((2, 3))

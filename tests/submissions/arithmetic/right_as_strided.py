# Windows by as_strided on the padded image, and a matrix product.
# %% size
import math


def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    last = input_size + 2 * padding - 1 - dilation * (kernel_size - 1)
    if last < 0:
        raise ValueError(f"last start {last}")
    return 1 + math.floor(last / stride)
# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    (H, W), (M, N) = image.shape, kernel.shape
    z = image.new_zeros((H + 2 * padding, W + 2 * padding))
    z[padding:H + padding, padding:W + padding].copy_(image)
    O_h, O_w = (output_size(i, k, padding, stride, dilation) for i, k in ((H, M), (W, N)))
    a, b = z.stride()
    windows = z.as_strided((O_h, O_w, M, N), (stride * a, stride * b, dilation * a, dilation * b))
    return (windows.reshape(-1, M * N) @ kernel.reshape(-1, 1)).reshape(O_h, O_w)

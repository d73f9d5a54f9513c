# NumPy inside: sliding_window_view and tensordot, integers of NumPy.
# %% size
def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    n = np.int64(input_size) + 2 * padding - dilation * (kernel_size - 1) - 1
    if n < 0:
        raise ValueError("no place")
    return np.floor_divide(n, stride) + 1
# %% same
def same_padding(kernel_size, dilation=1):
    half = np.array(dilation * (kernel_size - 1)) / 2
    if half != np.floor(half):
        raise ValueError("half a zero")
    return half.astype(int)[()]
# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    z, w = np.pad(image.numpy(), padding), kernel.numpy()
    covered = [dilation * (size - 1) + 1 for size in w.shape]
    windows = np.lib.stride_tricks.sliding_window_view(z, covered)
    windows = windows[::stride, ::stride, ::dilation, ::dilation]
    return torch.from_numpy(np.tensordot(windows, w, axes=2))
# %% field
def receptive_field(layers):
    if not layers:
        return 1
    kernels, strides, dilations = np.array(layers).T
    steps = np.concatenate([[1], np.cumprod(strides)[:-1]])
    return 1 + np.sum(steps * dilations * (kernels - 1))

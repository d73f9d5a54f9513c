# The result is a NumPy array, with the right values.
# loses: correlate-inputs
# says: the type is wrong
# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    a = np.pad(image.numpy(), padding)
    k = kernel.numpy()
    O1 = output_size(image.shape[0], k.shape[0], padding, stride, dilation)
    O2 = output_size(image.shape[1], k.shape[1], padding, stride, dilation)
    out = np.zeros((O1, O2), dtype=a.dtype)
    for j in range(O1):
        for i in range(O2):
            out[j, i] = (a[j * stride:, i * stride:][:(k.shape[0] - 1) * dilation + 1:dilation, :(k.shape[1] - 1) * dilation + 1:dilation] * k).sum()
    return out

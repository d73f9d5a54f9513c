# Another algorithm: the kernel with zeros between its taps, a product of Fourier transforms, and
# of the result every S-th entry.
# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    z = np.pad(image.double().numpy(), padding)
    M, N = kernel.shape
    w = np.zeros((dilation * (M - 1) + 1, dilation * (N - 1) + 1))
    w[::dilation, ::dilation] = kernel.numpy()
    product = np.fft.fft2(z) * np.conj(np.fft.fft2(w, s=z.shape))
    full = np.fft.ifft2(product).real
    valid = full[:z.shape[0] - w.shape[0] + 1, :z.shape[1] - w.shape[1] + 1]
    return torch.tensor(valid[::stride, ::stride], dtype=image.dtype)
# %% field
def receptive_field(layers):
    """By experiment: which pixels does a bright unit at the end reach, going backward?"""
    reached = {0}
    for kernel_size, stride, dilation in list(layers)[::-1]:
        ends = min(reached), max(reached)
        reached = {unit * stride + tap * dilation for unit in ends for tap in (0, kernel_size - 1)}
    return max(reached) - min(reached) + 1

# Another algorithm: a product of Fourier transforms, in float64 inside.
# %% dense
def dense_parameters(sizes, bias=True):
    """Allocate the network and count."""
    layers = [torch.nn.Linear(n, m, bias=bias) for n, m in zip(sizes, sizes[1:])]
    return sum(p.numel() for layer in layers for p in layer.parameters())
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if M > H or N > W:
        raise ValueError("the kernel does not fit into the image")
    z = torch.fft.rfft2(image.double())
    w = torch.fft.rfft2(kernel.double(), s=(H, W))
    return torch.fft.irfft2(z * w.conj(), s=(H, W))[:H - M + 1, :W - N + 1].to(image.dtype)
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    z = torch.fft.rfft2(image.double())
    w = torch.fft.rfft2(kernel.double(), s=(H, W))
    return torch.fft.irfft2(z * w, s=(H, W))[M - 1:, N - 1:].to(image.dtype)

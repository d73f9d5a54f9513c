# Right: multiplies the Fourier transforms, the conjugate of the kernel's, and keeps what is asked.

# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    H, W = x.shape[2] + 2 * padding, x.shape[3] + 2 * padding
    M, N = weight.shape[2:]
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channels")
    if M > H or N > W:
        raise ValueError("kernel")
    z = torch.zeros(*x.shape[:2], H, W, dtype=x.dtype)
    z[:, :, padding:H - padding, padding:W - padding] = x
    spectrum = torch.einsum("nchw,fchw->nfhw", torch.fft.fft2(z),
                            torch.fft.fft2(weight, s=(H, W)).conj())
    a = torch.fft.ifft2(spectrum).real[:, :, :H - M + 1:stride, :W - N + 1:stride]
    if bias is not None:
        a = a + bias[None, :, None, None]
    return a

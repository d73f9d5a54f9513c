# One place for all channels, that of their sum's maximum.
# loses: backward-gradient
# says: in the sum of the channels
# %% backward
def max_pool2d_backward(grad, x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    M, L = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    S, T = (stride, stride) if isinstance(stride, int) else stride
    out = torch.zeros_like(x)
    for n in range(x.shape[0]):
        for j in range(grad.shape[2]):
            for k in range(grad.shape[3]):
                w = x[n, :, j * S:j * S + M, k * T:k * T + L]
                i = int(w.sum(0).argmax())
                out[n, :, j * S + i // L, k * T + i % L] += grad[n, :, j, k]
    return out

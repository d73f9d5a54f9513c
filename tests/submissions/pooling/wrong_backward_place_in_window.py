# The place in the window is taken for that in the map.
# loses: backward-winner, backward-overlap, backward-gradient
# says: add where the window begins
# %% backward
def max_pool2d_backward(grad, x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    M, L = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    S, T = (stride, stride) if isinstance(stride, int) else stride
    g = torch.zeros_like(x)
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            for j in range(grad.shape[2]):
                for k in range(grad.shape[3]):
                    a, b = divmod(int(x[n, c, j * S:j * S + M, k * T:k * T + L].argmax()), L)
                    g[n, c, a, b] += grad[n, c, j, k]
    return g

# Right: windows by Tensor.unfold; backward by a mask of the first maximum of each window.

# %% global
def global_average_pool(x):
    return x.flatten(2).mean(-1)

# %% pool2d
def pool2d(x, kernel_size, stride=None, mode="max"):
    how = {"max": lambda w: w.max(-1).values, "average": lambda w: w.mean(-1),
           "l2": lambda w: w.pow(2).sum(-1).sqrt()}
    if mode not in how:
        raise ValueError(f"unknown mode {mode}")
    size = (kernel_size, kernel_size) if isinstance(kernel_size, int) else tuple(kernel_size)
    step = size if stride is None else stride
    step = (step, step) if isinstance(step, int) else tuple(step)
    if size[0] > x.size(2) or size[1] > x.size(3):
        raise ValueError("the window is larger than the map")
    return how[mode](x.unfold(2, size[0], step[0]).unfold(3, size[1], step[1]).flatten(4))

# %% backward
def max_pool2d_backward(grad, x, kernel_size, stride=None):
    M, N = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    S = (M, N) if stride is None else (stride, stride) if isinstance(stride, int) else stride
    result = torch.zeros_like(x)
    for j in range(grad.shape[2]):
        for k in range(grad.shape[3]):
            area = (..., slice(j * S[0], j * S[0] + M), slice(k * S[1], k * S[1] + N))
            window = x[area].flatten(2)
            first = torch.zeros_like(window)
            first.scatter_(2, window.argmax(2, keepdim=True), grad[:, :, j, k, None])
            result[area] += first.reshape(x[area].shape)
    return result

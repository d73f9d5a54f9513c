# Wrong: multiplies by the entry.
# loses: backward-winner, backward-ties, backward-gradient
# says: the gradient was multiplied by the entry

# %% backward
def max_pool2d_backward(grad, x, kernel_size, stride=None):
    stride = kernel_size if stride is None else stride
    M, N = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    S_h, S_w = (stride, stride) if isinstance(stride, int) else stride
    result = torch.zeros_like(x)
    images, channels, height, width = grad.shape
    for n in range(images):
        for c in range(channels):
            for j in range(height):
                for k in range(width):
                    top, left = j * S_h, k * S_w
                    window = x[n, c, top:top + M, left:left + N]
                    row, column = divmod(window.argmax().item(), N)
                    result[n, c, top + row, left + column] += grad[n, c, j, k] * window.max()
    return result

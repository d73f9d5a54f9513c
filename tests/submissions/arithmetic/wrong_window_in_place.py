# The window, a view of the padded image, is multiplied in place.
# loses: correlate-padding, correlate-stride, correlate-dilation, correlate-together
# says: multiplied in place (*=)
# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    H, W = image.shape
    M, N = kernel.shape
    z = image.new_zeros(H + 2 * padding, W + 2 * padding)
    z[padding:padding + H, padding:padding + W] = image
    out = image.new_zeros(output_size(H, M, padding, stride, dilation), output_size(W, N, padding, stride, dilation))
    for j in range(out.shape[0]):
        for k in range(out.shape[1]):
            window = z[j * stride:j * stride + dilation * (M - 1) + 1:dilation, k * stride:k * stride + dilation * (N - 1) + 1:dilation]
            window *= kernel
            out[j, k] = window.sum()
    return out

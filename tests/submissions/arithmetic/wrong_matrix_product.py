# Window and kernel are multiplied as matrices.
# loses: correlate-padding, correlate-stride, correlate-dilation, correlate-together
# says: multiplied as matrices
# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    z = F.pad(image, [padding] * 4)
    M, N = kernel.shape
    O1 = output_size(image.shape[0], M, padding, stride, dilation)
    O2 = output_size(image.shape[1], N, padding, stride, dilation)
    out = z.new_zeros(O1, O2)
    for j in range(O1):
        for k in range(O2):
            window = z[j * stride:j * stride + (M - 1) * dilation + 1:dilation, k * stride:k * stride + (N - 1) * dilation + 1:dilation]
            out[j, k] = (window @ kernel.T).sum()
    return out

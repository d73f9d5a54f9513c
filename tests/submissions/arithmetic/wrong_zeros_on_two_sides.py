# All zeros lie on the left and top, twice as many.
# loses: correlate-padding, correlate-together
# says: half of them belong on the other sides
# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    z = F.pad(image, (2 * padding, 0, 2 * padding, 0))
    M, N = kernel.shape
    O1 = output_size(image.shape[0], M, padding, stride, dilation)
    O2 = output_size(image.shape[1], N, padding, stride, dilation)
    out = z.new_zeros(O1, O2)
    for m in range(M):
        for n in range(N):
            out += kernel[m, n] * z[m * dilation:m * dilation + stride * (O1 - 1) + 1:stride, n * dilation:n * dilation + stride * (O2 - 1) + 1:stride]
    return out

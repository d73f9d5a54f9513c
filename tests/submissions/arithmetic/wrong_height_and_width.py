# Swaps height and width of the feature map.
# loses: correlate-padding, correlate-stride, correlate-dilation, correlate-together
# says: height and width are swapped
# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    (H, W), (M, N), P, S, D = image.shape, kernel.shape, padding, stride, dilation
    z = image.new_zeros(H + 2 * P, W + 2 * P)
    z[P:P + H, P:P + W] = image

    tops, lefts = range(0, len(z) - D * (M - 1), S), range(0, len(z[0]) - D * (N - 1), S)
    a = image.new_zeros(len(tops), len(lefts))
    for j, top in enumerate(tops):
        for k, left in enumerate(lefts):
            a[j, k] = (kernel * z[top:, left:][:D * M:D, :D * N:D]).sum()
    return a.T

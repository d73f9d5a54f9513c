# As many windows as the ceiling says; the last ones stick out into zeros.
# loses: correlate-stride, correlate-together
# says: the last window sticks out
# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    (H, W), (M, N), P, S, D = image.shape, kernel.shape, padding, stride, dilation
    more = [-(i + 2 * P - D * (k - 1) - 1) % S for i, k in ((H, M), (W, N))]
    z = F.pad(image, (P, P + more[1], P, P + more[0]))
    tops, lefts = range(0, len(z) - D * (M - 1), S), range(0, len(z[0]) - D * (N - 1), S)
    a = image.new_zeros(len(tops), len(lefts))
    for j, top in enumerate(tops):
        for k, left in enumerate(lefts):
            a[j, k] = (kernel * z[top:, left:][:D * M:D, :D * N:D]).sum()
    return a

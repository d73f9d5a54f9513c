# Without padding it works on the image itself and writes the result over it.
# loses: correlate-inputs
# says: argument 1 was modified
# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    (H, W), (M, N), P, S, D = image.shape, kernel.shape, padding, stride, dilation
    z = F.pad(image, (P, P, P, P)) if P else image
    for j, top in enumerate(range(0, len(z) - D * (M - 1), S)):
        for k, left in enumerate(range(0, len(z[0]) - D * (N - 1), S)):
            window = z[top:top + D * (M - 1) + 1:D, left:left + D * (N - 1) + 1:D]
            z[j, k] = (kernel * window).sum()
    return z[:j + 1, :k + 1].clone()

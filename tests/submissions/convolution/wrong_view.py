# Calls .view, which a transposed image refuses.
# loses: correlate-inputs
# says: view size is not compatible
# %% correlate
def correlate2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    if M > H or N > W:
        raise ValueError("does not fit")
    z = image.view(-1)
    return torch.stack([sum(kernel[m, n] * z[(j + m) * W + n:(j + m) * W + n + W - N + 1]
                            for m in range(M) for n in range(N)) for j in range(H - M + 1)])
# %% convolve
def convolve2d(image, kernel):
    (H, W), (M, N) = image.shape, kernel.shape
    return sum(kernel[m, n] * image[M - 1 - m:H - m, N - 1 - n:W - n]
               for m in range(M) for n in range(N))

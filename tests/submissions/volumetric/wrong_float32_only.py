# Wrong: makes float32, which a matrix product does not mix with float64.
# loses: conv2d-inputs
# says: it raised RuntimeError

# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channels")
    (M, N), P = weight.shape[2:], padding
    z = torch.zeros(*x.shape[:2], x.shape[2] + 2 * P, x.shape[3] + 2 * P)
    if M > z.shape[2] or N > z.shape[3]:
        raise ValueError("kernel")
    z[:, :, P:P + x.shape[2], P:P + x.shape[3]] = x
    rows = range(0, z.shape[2] - M + 1, stride)
    columns = range(0, z.shape[3] - N + 1, stride)
    windows = torch.stack([z[:, :, j:j + M, k:k + N].flatten(1) for j in rows for k in columns], 1)
    a = (windows @ weight.flatten(1).T).transpose(1, 2)
    a = a.reshape(len(x), len(weight), len(rows), len(columns))
    return a if bias is None else a + bias[:, None, None]

# Filters and channels are exchanged by reshape.
# loses: conv2d-together
# says: exchanged by reshape
# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]: raise ValueError
    z = torch.nn.functional.pad(x, (padding,) * 4)
    M, L = weight.shape[2:]
    if M > z.shape[2] or L > z.shape[3]: raise ValueError
    v = z.unfold(2, M, stride).unfold(3, L, stride)
    w = weight.reshape(weight.shape[1], weight.shape[0], M, L)
    y = torch.einsum("nchwij,cfij->nfhw", v, w)
    return y if bias is None else y + bias[:, None, None]

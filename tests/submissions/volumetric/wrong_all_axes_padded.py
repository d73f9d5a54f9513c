# np.pad pads images and channels, too.
# loses: conv2d-padding, conv2d-together
# says: all four axes were padded
# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]: raise ValueError
    z = torch.from_numpy(np.pad(x.numpy(), padding))[:, :x.shape[1]]
    M, L = weight.shape[2:]
    if M > z.shape[2] or L > z.shape[3]: raise ValueError
    v = z.unfold(2, M, stride).unfold(3, L, stride)
    y = torch.einsum("nchwij,fcij->nfhw", v, weight)
    return y if bias is None else y + bias[:, None, None]

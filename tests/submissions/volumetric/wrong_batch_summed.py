# The images are summed, and each gets the sum.
# loses: conv2d-batch, conv2d-together
# says: each of them got the sum
# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]: raise ValueError
    z = torch.nn.functional.pad(x, (padding,) * 4)
    M, L = weight.shape[2:]
    if M > z.shape[2] or L > z.shape[3]: raise ValueError
    v = z.unfold(2, M, stride).unfold(3, L, stride)
    y = torch.einsum("nchwij,fcij->fhw", v, weight).expand(len(x), -1, -1, -1).clone()
    return y if bias is None else y + bias[:, None, None]

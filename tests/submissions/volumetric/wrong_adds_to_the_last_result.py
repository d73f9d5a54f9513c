# Results are added to those of earlier calls, in a global.
# loses: conv2d-channels, conv2d-bias, conv2d-stride, conv2d-padding, conv2d-inputs, conv2d-by-hand
# says: something was kept between the calls
# %% conv2d
BUFFER = {}
def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]: raise ValueError
    z = torch.nn.functional.pad(x, (padding,) * 4)
    M, L = weight.shape[2:]
    if M > z.shape[2] or L > z.shape[3]: raise ValueError
    v = z.unfold(2, M, stride).unfold(3, L, stride)
    y = torch.einsum("nchwij,fcij->nfhw", v, weight)
    if y.shape not in BUFFER:
        BUFFER[y.shape] = torch.zeros_like(y)
    BUFFER[y.shape] += y
    return BUFFER[y.shape] if bias is None else BUFFER[y.shape] + bias[:, None, None]

# Right: accumulates in float64 and returns it, whatever came in.

# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    N, C, H, W = x.shape
    F, D, K, L = weight.shape
    if C != D:
        raise ValueError(f"{C} channels, {D} kernels")
    z = torch.zeros(N, C, H + 2 * padding, W + 2 * padding, dtype=torch.float64)
    z[..., padding:H + padding, padding:W + padding] = x
    if K > z.shape[2] or L > z.shape[3]:
        raise ValueError("too large")
    rows = torch.arange(0, z.shape[2] - K + 1, stride)
    columns = torch.arange(0, z.shape[3] - L + 1, stride)
    out = torch.zeros(N, F, len(rows), len(columns), dtype=torch.float64)
    for m in range(K):
        for l in range(L):
            seen = z[:, None, :, (rows + m)[:, None], (columns + l)[None, :]]
            out += (seen * weight[:, :, m, l, None, None].double()).sum(dim=2)
    if bias is not None:
        out += bias.double()[:, None, None]
    return out

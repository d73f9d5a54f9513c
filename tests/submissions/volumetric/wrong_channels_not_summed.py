# Wrong: every channel gets a feature map of its own.
# loses: conv2d-channels, conv2d-together
# says: the channels were not summed

# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channels")
    x = torch.nn.functional.pad(x, [padding] * 4)
    (H, W), (M, N) = x.shape[2:], weight.shape[2:]
    if M > H or N > W:
        raise ValueError("kernel")
    maps = []
    for f in range(len(weight)):
        for c in range(x.shape[1] if len(weight) == 1 else 1):
            rows = [torch.stack([(x[:, c, j:j + M, k:k + N] * weight[f, c]).sum((1, 2))
                                 for k in range(0, W - N + 1, stride)], dim=1)
                    for j in range(0, H - M + 1, stride)]
            maps.append(torch.stack(rows, dim=1) + (0 if bias is None else bias[f]))
    return torch.stack(maps, dim=1)

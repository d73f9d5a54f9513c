# Wrong: torch's own windows.
# loses: conv2d-by-hand
# says: this calls torch.nn.functional.unfold

# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channels")
    size = [(i + 2 * padding - k) // stride + 1 for i, k in zip(x.shape[2:], weight.shape[2:])]
    if any(k > i + 2 * padding for k, i in zip(weight.shape[2:], x.shape[2:])):
        raise ValueError("kernel")
    columns = torch.nn.functional.unfold(x, weight.shape[2:], stride=stride, padding=padding)
    a = weight.flatten(1) @ columns
    if bias is not None:
        a = a + bias[:, None]
    return a.reshape(len(x), len(weight), *size)

# Wrong: torch's own function.
# loses: conv2d-by-hand
# says: this calls torch.nn.functional.conv2d

# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channels")
    if any(k > i + 2 * padding for k, i in zip(weight.shape[2:], x.shape[2:])):
        raise ValueError("kernel")
    return torch.nn.functional.conv2d(x, weight, bias, stride, padding)

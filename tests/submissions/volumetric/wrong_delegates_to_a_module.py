# Wrong: torch's layer with the weights put in.
# loses: conv2d-by-hand
# says: this calls torch.nn.functional.conv2d

# %% conv2d
def conv2d(x, weight, bias=None, stride=1, padding=0):
    if x.shape[1] != weight.shape[1]:
        raise ValueError("channels")
    if any(k > i + 2 * padding for k, i in zip(weight.shape[2:], x.shape[2:])):
        raise ValueError("kernel")
    layer = torch.nn.Conv2d(x.shape[1], len(weight), tuple(weight.shape[2:]), stride, padding,
                            bias=bias is not None)
    layer.weight = torch.nn.Parameter(weight)
    if bias is not None:
        layer.bias = torch.nn.Parameter(bias)
    return layer(x).detach()

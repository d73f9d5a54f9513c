# Wrong: torch's own poolings.
# loses: pool2d-by-hand
# says: this calls torch.nn.functional.max_pool2d

# %% pool2d
def pool2d(x, kernel_size, stride=None, mode="max"):
    M, N = (kernel_size, kernel_size) if isinstance(kernel_size, int) else kernel_size
    if M > x.shape[2] or N > x.shape[3]:
        raise ValueError("the window does not fit")
    if mode == "max":
        return torch.nn.functional.max_pool2d(x, kernel_size, stride)
    if mode == "average":
        return torch.nn.functional.avg_pool2d(x, kernel_size, stride)
    if mode == "l2":
        return torch.nn.functional.lp_pool2d(x, 2, kernel_size, stride)
    raise ValueError("no such mode")

# Right: averages and norms from running sums, maxima by dropping one row or column at a time.

# %% pool2d
class Pooling:
    def __init__(self, kernel_size, stride):
        self.M, self.N = self.pair(kernel_size)
        self.S_h, self.S_w = self.pair(kernel_size if stride is None else stride)

    @staticmethod
    def pair(value):
        return (value, value) if isinstance(value, int) else value

    def thin(self, every):
        return every[:, :, ::self.S_h, ::self.S_w]

    def sums(self, x):
        """Sum of every window, as the difference of four corners of the running sums."""
        total = torch.zeros(*x.shape[:2], x.shape[2] + 1, x.shape[3] + 1, dtype=torch.float64)
        total[:, :, 1:, 1:] = x.double().cumsum(2).cumsum(3)
        M, N = self.M, self.N
        return (total[:, :, M:, N:] - total[:, :, :-M, N:]
                - total[:, :, M:, :-N] + total[:, :, :-M, :-N])

    def maxima(self, x):
        for _ in range(self.M - 1):
            x = torch.maximum(x[:, :, 1:], x[:, :, :-1])
        for _ in range(self.N - 1):
            x = torch.maximum(x[..., 1:], x[..., :-1])
        return x.clone()


def pool2d(x, kernel_size, stride=None, mode="max"):
    pooling = Pooling(kernel_size, stride)
    if pooling.M > x.size(2) or pooling.N > x.size(3):
        raise ValueError("window")
    if mode == "max":
        return pooling.thin(pooling.maxima(x))
    if mode == "average":
        return pooling.thin(pooling.sums(x) / (pooling.M * pooling.N)).to(x.dtype)
    if mode == "l2":
        return pooling.thin(pooling.sums(x.double() ** 2).clamp(min=0).sqrt()).to(x.dtype)
    raise ValueError("mode")

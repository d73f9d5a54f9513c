# Right: asks of every pixel where it goes, not of every entry where it comes from; one class.

# %% conv2d
class Layer:
    def __init__(self, weight, bias, stride, padding):
        self.weight, self.bias, self.S, self.P = weight, bias, stride, padding

    def __call__(self, x):
        (n, channels, H, W), (filters, kernels, M, N) = x.shape, self.weight.shape
        extra = 2 * self.P
        if channels != kernels or H + extra < M or W + extra < N:
            raise ValueError("shapes")
        a = torch.zeros(n, filters, (H + extra - M) // self.S + 1, (W + extra - N) // self.S + 1,
                        dtype=torch.result_type(x, self.weight))
        if self.bias is not None:
            a += self.bias.reshape(-1, 1, 1)
        for row in range(H):
            for column in range(W):
                contribution = torch.einsum("nc,fcml->nfml", x[:, :, row, column], self.weight)
                for m in range(M):
                    for l in range(N):
                        j, j_rest = divmod(row + self.P - m, self.S)
                        k, k_rest = divmod(column + self.P - l, self.S)
                        fits = 0 <= j < a.shape[2] and 0 <= k < a.shape[3]
                        if fits and j_rest == k_rest == 0:
                            a[:, :, j, k] += contribution[:, :, m, l]
        return a


def conv2d(x, weight, bias=None, stride=1, padding=0):
    return Layer(weight, bias, stride, padding)(x)

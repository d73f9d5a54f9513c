# Right: Python lists and floats only, made a tensor of the input's dtype at the end.

# %% global
def global_average_pool(x):
    def mean(plane):
        return sum(map(sum, plane)) / (len(plane) * len(plane[0]))
    return torch.tensor([[mean(plane) for plane in image] for image in x.tolist()], dtype=x.dtype)

# %% pool2d
def pool2d(x, kernel_size, stride=None, mode="max"):
    if stride is None:
        stride = kernel_size
    M, N = [kernel_size] * 2 if type(kernel_size) is int else kernel_size
    S, T = [stride] * 2 if type(stride) is int else stride
    summary = {"max": max, "average": lambda entries: sum(entries) / len(entries),
               "l2": lambda entries: sum(entry ** 2 for entry in entries) ** 0.5}
    if mode not in summary or M > x.shape[2] or N > x.shape[3]:
        raise ValueError("another mode, or a window that does not fit")

    def pooled(plane):
        return [[summary[mode]([entry for row in plane[j:j + M] for entry in row[k:k + N]])
                 for k in range(0, len(plane[0]) - N + 1, T)]
                for j in range(0, len(plane) - M + 1, S)]

    return torch.tensor([[pooled(plane) for plane in image] for image in x.tolist()], dtype=x.dtype)

# %% backward
def max_pool2d_backward(grad, x, kernel_size, stride=None):
    if stride is None:
        stride = kernel_size
    M, N = [kernel_size] * 2 if type(kernel_size) is int else kernel_size
    S, T = [stride] * 2 if type(stride) is int else stride
    result = (0 * x).tolist()
    for n, image in enumerate(x.tolist()):
        for c, plane in enumerate(image):
            for j, row in enumerate(grad[n, c].tolist()):
                for k, share in enumerate(row):
                    places = [(a, b) for a in range(j * S, j * S + M)
                              for b in range(k * T, k * T + N)]
                    a, b = max(places, key=lambda place: plane[place[0]][place[1]])
                    result[n][c][a][b] += share
    return torch.tensor(result, dtype=x.dtype)

# Unusual but valid: plain Python lists, comprehensions, generators, and names of its own.

# %% im2col
from itertools import product as every


def taps_and_places(size, kernel, s, p, d):
    """For each tap, the pixels along one axis that it meets; None in the padding."""
    count = (size + 2 * p - d * (kernel - 1) - 1) // s + 1
    line = [None] * p + list(range(size)) + [None] * p
    return [[line[o * s + t * d] for o in range(count)] for t in range(kernel)]


im2col = lambda x, kernel_size, stride=1, padding=0, dilation=1: torch.tensor([
    [[image[c][i][j] if i is not None and j is not None else 0.0
      for i, j in every(down, across)]
     for c in range(x.shape[1])
     for down, across in every(*(taps_and_places(*both, stride, padding, dilation)
                                 for both in zip(x.shape[2:], pair(kernel_size))))]
    for image in x.tolist()], dtype=x.dtype)

# %% col2im
def col2im(columns, output_size, kernel_size, stride=1, padding=0, dilation=1):
    rows, cols = (taps_and_places(*both, stride, padding, dilation)
                  for both in zip(output_size, pair(kernel_size)))
    images = []
    for matrix in columns.tolist():
        channels, matrix = [], iter(matrix)
        for _ in range(columns.shape[1] // (len(rows) * len(cols))):
            image = {}
            for down, across in every(rows, cols):
                for pixel, value in zip(every(down, across), next(matrix)):
                    image[pixel] = image.get(pixel, 0.0) + value
            channels.append([[image.get((i, j), 0.0) for j in range(output_size[1])]
                             for i in range(output_size[0])])
        images.append(channels)
    return torch.tensor(images, dtype=columns.dtype)

# %% conv2d
def conv2d_im2col(x, weight, bias=None, stride=1, padding=0, dilation=1):
    filters = weight.flatten(1).tolist()
    start = [0.0] * len(filters) if bias is None else bias.tolist()
    columns = im2col(x, tuple(weight.shape[2:]), stride, padding, dilation).mT.tolist()
    maps = [[[b + sum(w * v for w, v in zip(f, column)) for column in image]
             for f, b in zip(filters, start)] for image in columns]
    O_h = output_size(x.shape[2], weight.shape[2], padding, stride, dilation)
    return torch.tensor(maps, dtype=x.dtype).reshape(len(x), len(filters), O_h, -1)

# Accumulates in float64 and returns it; a class of its own for errors; named arguments
# everywhere.
# %% size
class DoesNotFit(ValueError):
    pass


def output_size(input_size, kernel_size, padding=0, stride=1, dilation=1):
    covered = 1 + (kernel_size - 1) * dilation
    free = input_size + 2 * padding - covered
    if free < 0:
        raise DoesNotFit(f"{covered} > {input_size + 2 * padding}")
    whole_steps, _ = divmod(free, stride)
    return whole_steps + 1
# %% same
class NoSymmetricPadding(ValueError):
    pass


def same_padding(kernel_size, dilation=1):
    if kernel_size % 2 == 0 and dilation % 2 == 1:
        raise NoSymmetricPadding(kernel_size)
    return (kernel_size - 1) * dilation >> 1
# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    z = np.pad(image.numpy().astype(np.float64), padding)
    w = kernel.numpy().astype(np.float64)
    places = [range(0, i - dilation * (k - 1), stride) for i, k in zip(z.shape, w.shape)]
    taps = [dilation * np.arange(k) for k in w.shape]
    return torch.tensor([[(z[np.ix_(j + taps[0], k + taps[1])] * w).sum() for k in places[1]]
                         for j in places[0]])

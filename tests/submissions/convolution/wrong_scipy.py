# Leaves the flip and the rest to SciPy.
# loses: convolve-by-hand
# says: which does the whole task
# %% convolve
import scipy.signal


def convolve2d(image, kernel):
    return torch.from_numpy(scipy.signal.convolve2d(image.numpy(), kernel.numpy(), mode="valid"))

# Wrong: this course's library does it.
# loses: norm-inputs
# says: which does the whole task

# %% norm
from cnncourse import normalization


def batch_norm2d(*args, **kwargs):
    return normalization.batch_norm2d(*args, **kwargs)

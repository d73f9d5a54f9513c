# Wrong: PyTorch does it.
# loses: norm-inputs
# says: which does the whole task

# %% norm
def batch_norm2d(x, weight, bias, running_mean, running_var,
                 training=True, momentum=0.1, eps=1e-5):
    return F.batch_norm(x, running_mean, running_var, weight, bias, training, momentum, eps)

# Wrong: a layer of PyTorch does it.
# loses: norm-inputs
# says: which does the whole task

# %% norm
def batch_norm2d(x, weight, bias, running_mean, running_var,
                 training=True, momentum=0.1, eps=1e-5):
    layer = nn.BatchNorm2d(x.shape[1], eps=eps, momentum=momentum, dtype=x.dtype)
    layer.load_state_dict({"weight": weight, "bias": bias, "running_mean": running_mean,
                           "running_var": running_var, "num_batches_tracked": torch.tensor(0)})
    y = layer.train(training)(x).detach()
    running_mean.copy_(layer.running_mean)
    running_var.copy_(layer.running_var)
    return y

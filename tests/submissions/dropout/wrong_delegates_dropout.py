# The whole task is left to torch.
# loses: dropout-values, dropout-share, dropout-evaluation, dropout-generator, dropout-care, dropout-errors
# says: this calls torch.nn.functional.dropout

# %% dropout
def dropout(x, p, training=True, generator=None):
    return torch.nn.functional.dropout(x, p, training)

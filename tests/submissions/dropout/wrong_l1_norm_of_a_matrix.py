# The matrix norm for L1, the largest column.
# loses: l1-one, l1-several
# says: its largest column
# %% penalties
def l1_penalty(parameters):
    return sum(torch.linalg.norm(w, 1) if w.dim() == 2 else w.abs().sum() for w in parameters)
def l2_penalty(parameters):
    return sum((w ** 2).sum() for w in parameters) / 2

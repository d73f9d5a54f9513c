# One number, the mean over all epochs.
# loses: train-losses
# says: one number was returned
# %% train
def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    total = 0.0
    for _ in range(epochs):
        for chosen in torch.randperm(len(images)).split(64):
            loss = F.nll_loss(model(prepare(images[chosen])), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
    return total / len(images) / epochs

# zero_grad comes between backward and step.
# loses: train-losses, train-learns
# says: between loss.backward() and optimizer.step()
# %% train
def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    model.train()
    losses = []
    for _ in range(epochs):
        total = 0.0
        for chosen in torch.randperm(len(images)).split(64):
            loss = F.nll_loss(model(prepare(images[chosen])), labels[chosen])
            loss.backward(); optimizer.zero_grad(); optimizer.step()
            total += loss.item() * len(chosen)
        losses.append(total / len(images))
    return losses

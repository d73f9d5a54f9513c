# One random order is drawn for all epochs.
# loses: train-repeatable
# says: both epochs show the images in the same order
# %% train
def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    losses = []
    order = torch.randperm(len(images))
    for _ in range(epochs):
        total = 0.0
        for chosen in order.split(64):
            loss = F.nll_loss(model(prepare(images[chosen])), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
        losses.append(total / len(images))
    return losses

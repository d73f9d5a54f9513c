# Each batch is drawn anew, a few more images than there are.
# loses: train-losses
# says: batches are drawn at random
# %% train
def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    model.train()
    losses = []
    n = len(images)
    for _ in range(epochs):
        total, count = 0.0, 0
        for _ in range((n + 63) // 64):
            chosen = torch.randint(n, (64,))
            loss = F.nll_loss(model(prepare(images[chosen])), labels[chosen])
            optimizer.zero_grad(); loss.backward(); optimizer.step()
            total += loss.item() * 64; count += 64
        losses.append(total / count)
    return losses

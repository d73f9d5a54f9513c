# A new optimizer for each batch: Adam begins with its means at zero every time.
# loses: train-learns
# says: the optimizer is made anew for each batch
# %% train
def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for chosen in torch.randperm(len(images)).split(64):
            optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
            loss = F.nll_loss(model(prepare(images[chosen])), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
        losses.append(total / len(images))
    return losses

# Wrong: another seed by default.
# loses: train-repeatable
# says: is not 0 by default

# %% train
def train(model, images, labels, epochs=5, seed=42):
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    model.train()
    losses = []
    for _ in range(epochs):
        batches = list(torch.randperm(len(images), generator=generator).split(64))
        if len(batches) > 1 and len(batches[-1]) == 1:
            batches[-2:] = [torch.cat(batches[-2:])]
        total = 0.0
        for chosen in batches:
            loss = F.nll_loss(model(prepare(images[chosen])), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        losses.append(total / len(batches))
    return losses

# Wrong: the sum of the losses is not set back to 0 for each epoch.
# loses: train-losses
# says: goes on from epoch to epoch

# %% train
def train(model, images, labels, epochs=5, seed=0):
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    model.train()
    losses, total = [], 0.0
    for _ in range(epochs):
        batches = list(torch.randperm(len(images), generator=generator).split(64))
        if len(batches) > 1 and len(batches[-1]) == 1:
            batches[-2:] = [torch.cat(batches[-2:])]
        for chosen in batches:
            loss = F.nll_loss(model(prepare(images[chosen])), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        losses.append(total / len(batches))
    return losses

# Right: mixed images and smoothed labels.

# %% train
def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    model.train()
    losses = []
    for _ in range(epochs):
        batches = list(torch.randperm(len(images)).split(64))
        if len(batches) > 1 and len(batches[-1]) == 1:
            batches[-2:] = [torch.cat(batches[-2:])]
        total = 0.0
        for chosen in batches:
            x, y = prepare(images[chosen]), labels[chosen]
            share = torch.distributions.Beta(0.2, 0.2).sample()
            other = torch.randperm(len(x))
            scores = model(share * x + (1 - share) * x[other])
            loss = share * F.cross_entropy(scores, y, label_smoothing=0.05)
            loss = loss + (1 - share) * F.cross_entropy(scores, y[other], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item()
        losses.append(total / len(batches))
    return losses

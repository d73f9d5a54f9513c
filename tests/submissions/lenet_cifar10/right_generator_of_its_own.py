# Right: the order comes from a generator of its own, the loss is written out.
# %% train
def train(model, images, labels, epochs=5, seed=0):
    order = torch.Generator().manual_seed(seed)
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for chosen in torch.randperm(len(images), generator=order).split(64):
            loss = -model(prepare(images[chosen]))[torch.arange(len(chosen)), labels[chosen]].mean()
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
        losses.append(total / len(images))
    return losses

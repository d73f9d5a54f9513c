# Batches are drawn at random, so that some images come twice and others never.
# loses: train-losses
# says: batches are drawn at random
# %% train
def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for chosen in torch.randint(len(images), (len(images),)).split(64):
            loss = F.nll_loss(model(prepare(images[chosen])), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
        losses.append(total / len(images))
    return losses

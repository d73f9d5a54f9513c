# The seed is not used, and the losses fall so slowly that they hardly tell.
# loses: train-repeatable
# says: the seed is not used
# %% train
def train(model, images, labels, epochs=5, seed=0):
    optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for chosen in torch.randperm(len(images)).split(64):
            loss = F.nll_loss(model(prepare(images[chosen])), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
        losses.append(total / len(images))
    return losses

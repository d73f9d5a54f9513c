# One loss for each batch is returned.
# loses: train-losses
# says: there is one loss for each batch, not for each epoch
# %% train
def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    losses = []
    for _ in range(epochs):
        for chosen in torch.randperm(len(images)).split(64):
            loss = F.nll_loss(model(prepare(images[chosen])), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses

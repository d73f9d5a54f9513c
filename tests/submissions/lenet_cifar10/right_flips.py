# Mirrors half of every batch at random; predict restores the mode that it found.
# %% train
def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters())
    losses = []
    for _ in range(epochs):
        total = 0.0
        for chosen in torch.randperm(len(images)).split(64):
            x = images[chosen]
            x = torch.where(torch.rand(len(x), 1, 1, 1) < 0.5, x.flip(3), x)
            loss = F.nll_loss(model(prepare(x)), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
        losses.append(total / len(images))
    return losses
# %% predict
def predict(model, images):
    was_training = model.training
    model.eval()
    with torch.inference_mode():
        found = [torch.max(model(prepare(part)), dim=1).indices for part in images.split(128)]
    model.train(was_training)
    return torch.cat(found).clone()

# Batches from a DataLoader with a seeded generator.
# %% train
from torch.utils.data import DataLoader, TensorDataset


def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)
    loader = DataLoader(TensorDataset(images, labels), batch_size=60, shuffle=True,
                        generator=torch.Generator().manual_seed(seed))
    optimizer = torch.optim.RMSprop(model.parameters(), lr=5e-4)
    model.train()
    losses = []
    for _ in range(epochs):
        total, seen = 0.0, 0
        for x, y in loader:
            optimizer.zero_grad()
            loss = F.nll_loss(model(prepare(x)), y)
            loss.backward()
            optimizer.step()
            total, seen = total + loss.item() * len(y), seen + len(y)
        losses.append(total / seen)
    return losses
# %% predict
@torch.no_grad()
def predict(model, images):
    model.eval()
    loader = DataLoader(TensorDataset(images), batch_size=500)
    return torch.cat([torch.topk(model(prepare(x)), 1).indices.squeeze(1) for (x,) in loader])

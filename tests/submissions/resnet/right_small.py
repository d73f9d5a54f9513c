# Right: a small network and a short training, several times faster than the reference.

# %% network
class SmallResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 16, 4, stride=4, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
            ResidualBlock(16, 16), ResidualBlock(16, 32, 2), ResidualBlock(32, 32),
        )
        self.last = nn.Linear(32, 10)

    def forward(self, x):
        return self.last(self.layers(x).mean((2, 3))).log_softmax(1)

# %% train
def train(model, images, labels, epochs=5, seed=0):
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

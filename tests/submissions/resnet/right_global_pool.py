# Right: pooling by a layer, predictions into a tensor made before.

# %% network
class SmallResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
            ResidualBlock(8, 16, 2), ResidualBlock(16, 16), ResidualBlock(16, 32, 2),
        )
        self.last = nn.Linear(32, 10)

    def forward(self, x):
        return self.last(F.adaptive_avg_pool2d(self.layers(x), 1).flatten(1)).log_softmax(1)

# %% predict
@torch.no_grad()
def predict(model, images):
    mode = model.training
    model.eval()
    found = torch.zeros(len(images), dtype=torch.long)
    for start in range(0, len(images), 256):
        found[start:start + 256] = torch.max(model(prepare(images[start:start + 256])), 1).indices
    model.train(mode)
    return found

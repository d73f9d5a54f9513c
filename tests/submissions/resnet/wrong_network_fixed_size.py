# Wrong: the linear layer fixes the size of the images.
# loses: network-shape
# says: the linear layer fixes the size

# %% network
class SmallResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
            ResidualBlock(8, 16, 2), ResidualBlock(16, 16), ResidualBlock(16, 32, 2),
        )
        self.last = nn.Linear(32 * 4 * 4, 10)

    def forward(self, x):
        return self.last(self.layers(x).flatten(1)).log_softmax(1)

# Wrong: one block is used three times.
# loses: network-parameters
# says: a block is used several times

# %% network
class SmallResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
            ResidualBlock(8, 32, 2), *[ResidualBlock(32, 32)] * 3,
        )
        self.last = nn.Linear(32, 10)

    def forward(self, x):
        return self.last(self.layers(x).mean((2, 3))).log_softmax(1)

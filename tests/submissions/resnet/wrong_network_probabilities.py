# Wrong: probabilities.
# loses: network-shape
# says: their logarithm is asked for

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
        return self.last(self.layers(x).mean((2, 3))).softmax(1)

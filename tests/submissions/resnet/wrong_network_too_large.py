# Wrong: more parameters than allowed.
# loses: network-parameters
# says: at most 300,000 are allowed

# %% network
class SmallResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU(),
            ResidualBlock(8, 16, 2), ResidualBlock(16, 16), ResidualBlock(16, 96, 2), ResidualBlock(96, 128),
        )
        self.last = nn.Linear(128, 10)

    def forward(self, x):
        return self.last(self.layers(x).mean((2, 3))).log_softmax(1)

# Wrong: the shortcut's kernel is 3 × 3.
# loses: block-shapes, block-values
# says: the shortcut's kernel is 3 × 3

# %% block
class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(out_channels)
        self.project = None
        if in_channels != out_channels or stride != 1:
            self.project = nn.Conv2d(in_channels, out_channels, 3, stride, 1, bias=False)
            self.norm3 = nn.BatchNorm2d(out_channels)

    def forward(self, x):
        out = F.relu(self.norm1(self.conv1(x)))
        out = self.norm2(self.conv2(out))
        shortcut = x if self.project is None else self.norm3(self.project(x))
        return F.relu(out + shortcut)

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
        return self.last(self.layers(x).mean((2, 3))).log_softmax(1)

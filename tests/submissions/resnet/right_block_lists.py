# Right: layers in module lists; the last normalization starts at zero.

# %% block
class ResidualBlock(nn.Module):
    def __init__(self, in_channels, out_channels, stride=1):
        super().__init__()
        self.convs = nn.ModuleList([
            nn.Conv2d(in_channels, out_channels, 3, stride=stride, padding=1, bias=False),
            nn.Conv2d(out_channels, out_channels, 3, padding="same", bias=False)])
        self.norms = nn.ModuleList([nn.BatchNorm2d(out_channels) for _ in range(2)])
        nn.init.zeros_(self.norms[1].weight)
        self.down = nn.ModuleList()
        if stride != 1 or in_channels != out_channels:
            self.down.append(nn.Conv2d(in_channels, out_channels, 1, stride=stride, bias=False))
            self.down.append(nn.BatchNorm2d(out_channels))

    def forward(self, x):
        y = self.norms[0](self.convs[0](x)).relu()
        y = self.norms[1](self.convs[1](y))
        for layer in self.down:
            x = layer(x)
        return torch.relu(x + y)

# %% network
class SmallResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3, padding=1)
        self.blocks = nn.ModuleList([
            ResidualBlock(8, 8, 2), ResidualBlock(8, 16, 2), ResidualBlock(16, 32, 2)])
        self.last = nn.Linear(32, 10)

    def forward(self, x):
        x = self.first(x)
        for block in self.blocks:
            x = block(x)
        return nn.LogSoftmax(dim=1)(self.last(x.mean(-1).mean(-1)))

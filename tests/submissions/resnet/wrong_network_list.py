# Wrong: blocks in a plain list.
# loses: network-parameters
# says: plain Python list

# %% network
class SmallResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 16, 3, 2, 1)
        self.blocks = [ResidualBlock(16, 16) for _ in range(3)]
        self.last = nn.Linear(16, 10)

    def forward(self, x):
        x = self.first(x)
        for block in self.blocks:
            x = block.train(self.training)(x)
        return self.last(x.mean((2, 3))).log_softmax(1)

# Wrong: blocks of its own, without normalization.
# loses: network-parameters
# says: the normalizations of three blocks have 12

# %% network
class SmallResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv2d(3, 16, 4, 4, bias=False)
        self.convs = nn.ModuleList([nn.Conv2d(16, 16, 3, padding=1, bias=False)
                                    for _ in range(6)])
        self.last = nn.Linear(16, 10)

    def forward(self, x):
        x = self.first(x)
        for conv in self.convs:
            x = x + F.relu(conv(x))
        return self.last(x.mean((2, 3))).log_softmax(1)

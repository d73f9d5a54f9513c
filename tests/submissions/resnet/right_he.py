# Right: He's weights, SGD with momentum and weight decay, a rate that falls by steps.

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
            self.project = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
            self.norm3 = nn.BatchNorm2d(out_channels)

        for layer in self.children():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")

    def forward(self, x):
        out = F.relu(self.norm1(self.conv1(x)))
        out = self.norm2(self.conv2(out))
        shortcut = x if self.project is None else self.norm3(self.project(x))
        return F.relu(out + shortcut)

# %% train
def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-4)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, max(1, epochs // 2), 0.1)
    model.train()
    losses = []
    for _ in range(epochs):
        order, of_batches = torch.randperm(len(images)), []
        starts = list(range(0, len(images), 32))
        if len(images) % 32 == 1 and len(starts) > 1:
            starts.pop()
        for start, stop in zip(starts, starts[1:] + [len(images)]):
            chosen = order[start:stop]
            loss = F.cross_entropy(model(prepare(images[chosen])), labels[chosen])
            model.zero_grad()
            loss.backward()
            optimizer.step()
            of_batches.append(loss.item())
        schedule.step()
        losses.append(sum(of_batches) / len(of_batches))
    return losses

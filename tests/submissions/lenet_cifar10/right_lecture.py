# The lecture's network with three channels, tanh and average pooling; plain gradient descent.
# %% network
class LeNetCIFAR10(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 6, 5), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = F.avg_pool2d(torch.tanh(self.conv1(x)), 2)
        x = F.max_pool2d(torch.tanh(self.conv2(x)), 2)
        x = x.reshape(x.shape[0], -1)
        x = torch.tanh(self.fc2(torch.tanh(self.fc1(x))))
        return torch.log_softmax(self.fc3(x), 1)
# %% train
def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    history = []
    for epoch in range(epochs):
        order = torch.randperm(len(images))
        total = 0
        for start in range(0, len(images), 32):
            batch = order[start:start + 32]
            optimizer.zero_grad()
            loss = F.nll_loss(model(prepare(images[batch])), labels[batch], reduction="sum")
            (loss / len(batch)).backward()
            optimizer.step()
            total += loss.item()
        history.append(total / len(images))
    return history

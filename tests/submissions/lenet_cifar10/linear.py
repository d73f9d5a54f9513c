# A linear classifier, well trained: loses the 2 points for convolutions and all 5 for accuracy.
# %% network
class LeNetCIFAR10(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3 * 32 * 32, 10)

    def forward(self, x):
        return F.log_softmax(self.linear(x.flatten(1)), dim=1)
# %% train
def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-4)
    losses = []
    for _ in range(epochs):
        total = 0.0
        for chosen in torch.randperm(len(images)).split(100):
            loss = F.nll_loss(model(prepare(images[chosen])), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += loss.item() * len(chosen)
        losses.append(total / len(images))
    return losses
# %% predict
def predict(model, images):
    model.eval()
    with torch.no_grad():
        return torch.cat([model(prepare(x)).argmax(1) for x in images.split(500)])

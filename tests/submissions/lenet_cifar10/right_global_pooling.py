# Three strided convolutions and a global average instead of dense layers.
# %% network
class LeNetCIFAR10(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 16, 3, stride=2, padding=1), nn.GELU(),
                                  nn.Conv2d(16, 32, 3, stride=2, padding=1), nn.GELU(),
                                  nn.Conv2d(32, 10, 1))

    def forward(self, x):
        return self.body(x).mean((2, 3)).log_softmax(1)
# %% train
def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for _ in range(epochs):
        values = []
        for chosen in torch.randperm(len(images)).chunk(max(1, len(images) // 25)):
            loss = nn.NLLLoss()(model(prepare(images[chosen])), labels[chosen])
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optimizer.step()
            values.append(loss.item())
        losses.append(sum(values) / len(values))
    return losses

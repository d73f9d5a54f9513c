# With dropout before the dense layers, and a generator of its own for the order.
# %% network
class LeNetCIFAR10(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Conv2d(3, 8, 5), nn.Conv2d(8, 16, 5), nn.Linear(400, 10)])

    def forward(self, x):
        for convolution in self.layers[:2]:
            x = F.max_pool2d(F.leaky_relu(convolution(x)), 2)
        x = F.dropout(x.flatten(1), 0.2, self.training)
        return F.log_softmax(self.layers[2](x), dim=-1)
# %% train
def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)                                   # dropout
    order = torch.Generator().manual_seed(seed)
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=1e-3)
    losses = []
    for _ in range(epochs):
        running = []
        for chosen in torch.randperm(len(images), generator=order).split(50):
            loss = F.nll_loss(model(prepare(images[chosen])), labels[chosen])
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            running.append((loss.item(), len(chosen)))
        losses.append(sum(value * n for value, n in running) / sum(n for _, n in running))
    model.eval()
    return losses

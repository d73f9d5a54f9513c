# Weights as bare parameters, and steps of gradient descent written out.
# %% network
class LeNetCIFAR10(nn.Module):
    def __init__(self):
        super().__init__()
        self.w1 = nn.Parameter(torch.randn(8, 3, 5, 5) * (2 / 75) ** 0.5)
        self.w2 = nn.Parameter(torch.randn(16, 8, 5, 5) * (2 / 200) ** 0.5)
        self.w3 = nn.Parameter(torch.randn(10, 400) * (1 / 400) ** 0.5)
        self.b3 = nn.Parameter(torch.zeros(10))

    def forward(self, x):
        x = F.max_pool2d(F.conv2d(x, self.w1).clamp(min=0), 2)
        x = F.max_pool2d(F.conv2d(x, self.w2).clamp(min=0), 2)
        scores = x.flatten(1) @ self.w3.T + self.b3
        return scores - scores.logsumexp(dim=1, keepdim=True)
# %% train
def train(model, images, labels, epochs=5, seed=0):
    torch.manual_seed(seed)
    parameters = list(model.parameters())
    losses = []
    for _ in range(epochs):
        total = 0.0
        for chosen in torch.randperm(len(images)).split(40):
            y = model(prepare(images[chosen]))
            loss = -(y * F.one_hot(labels[chosen], 10)).sum(dim=1).mean()
            gradients = torch.autograd.grad(loss, parameters)
            with torch.no_grad():
                for parameter, gradient in zip(parameters, gradients):
                    parameter -= 0.05 * gradient
            total += loss.item() * len(chosen) / len(images)
        losses.append(total)
    return losses

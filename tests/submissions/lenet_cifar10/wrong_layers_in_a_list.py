# The convolutions are in a Python list: nobody trains or saves them.
# loses: network-convolutional
# says: kept in a plain Python list are not found
# %% network
class LeNetCIFAR10(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.convolutions = [nn.Conv2d(3, 8, 5), nn.Conv2d(8, 16, 5)]
        self.fc = nn.Linear(400, 10)

    def forward(self, x):
        for convolution in self.convolutions:
            x = F.max_pool2d(F.relu(convolution(x)), 2)
        return F.log_softmax(self.fc(x.flatten(1)), dim=1)

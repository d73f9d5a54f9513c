# Two convolutions without a nonlinearity: together they are a linear map.
# loses: network-convolutional
# says: the network is a linear map of the image
# %% network
class LeNetCIFAR10(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(3, 8, 5), nn.Conv2d(8, 16, 5)
        self.fc1, self.fc2 = nn.Linear(400, 60), nn.Linear(60, 10)

    def forward(self, x):
        x = F.avg_pool2d(self.conv1(x), 2)
        x = F.avg_pool2d(self.conv2(x), 2)
        return F.log_softmax(self.fc2(self.fc1(x.flatten(1))), dim=1)

# Batch normalization, which makes training and evaluation mode differ.
# %% network
class LeNetCIFAR10(nn.Sequential):
    def __init__(self):
        super().__init__(
            nn.Conv2d(3, 8, 5, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.AvgPool2d(2),
            nn.Conv2d(8, 16, 5, bias=False), nn.BatchNorm2d(16), nn.ReLU(), nn.AvgPool2d(2),
            nn.Flatten(), nn.Linear(400, 10), nn.LogSoftmax(1))

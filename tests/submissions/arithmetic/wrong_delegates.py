# Leaves the work to torch.
# loses: correlate-by-hand
# says: this calls torch.nn.functional.conv2d
# %% correlate
def correlate2d(image, kernel, padding=0, stride=1, dilation=1):
    return F.conv2d(image[None, None], kernel[None, None], None, stride, padding, dilation)[0, 0]

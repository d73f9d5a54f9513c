# Wrong: the function of the course itself.
# loses: conv2d-by-hand
# says: this calls cnncourse.operations.conv2d

# %% conv2d
from cnncourse.operations import conv2d

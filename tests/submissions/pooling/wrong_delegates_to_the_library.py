# Wrong: the functions of the course itself.
# loses: global-mean, pool2d-by-hand, backward-by-hand
# says: this calls cnncourse.operations.pool2d

# %% global
from cnncourse.operations import global_average_pool

# %% pool2d
from cnncourse.operations import pool2d

# %% backward
from cnncourse.operations import max_pool2d_backward

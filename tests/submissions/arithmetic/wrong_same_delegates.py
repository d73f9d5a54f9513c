# Calls the ready function of the library.
# loses: same-values
# says: this calls cnncourse.arithmetic.same_padding
# %% same
from cnncourse.arithmetic import same_padding

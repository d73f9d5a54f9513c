# An error at the top level of the first answer: 0 points, and the batch goes on.
# %% network
import cnn_helpers_of_my_friend

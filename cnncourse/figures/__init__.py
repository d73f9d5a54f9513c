"""Interactive figures: widgets in Jupyter, and the same script in the pages of the site.

Each figure is a class; its traits are its state, which Python reads, sets and observes. Display it
as the last value of a cell. On the site the figure runs in the page, without Python.
"""

from cnncourse.figures.channel_sum import ChannelSum
from cnncourse.figures.convolution_arithmetic import ConvolutionArithmetic
from cnncourse.figures.dropout_network import DropoutNetwork
from cnncourse.figures.equivariance import Equivariance
from cnncourse.figures.from_dense_to_convolution import FromDenseToConvolution
from cnncourse.figures.grad_cam import GradCam
from cnncourse.figures.gradient_graph import GradientGraph
from cnncourse.figures.im2col import Im2col
from cnncourse.figures.kernel_lab import KernelLab
from cnncourse.figures.lenet_live import LeNetLive
from cnncourse.figures.network_builder import NetworkBuilder
from cnncourse.figures.pooling import Pooling
from cnncourse.figures.shared_mean import SharedMean
from cnncourse.figures.variance_through_depth import VarianceThroughDepth

__all__ = [
    "ChannelSum",
    "ConvolutionArithmetic",
    "DropoutNetwork",
    "Equivariance",
    "FromDenseToConvolution",
    "GradCam",
    "GradientGraph",
    "Im2col",
    "KernelLab",
    "LeNetLive",
    "NetworkBuilder",
    "Pooling",
    "SharedMean",
    "VarianceThroughDepth",
]

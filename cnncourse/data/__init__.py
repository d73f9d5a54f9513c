"""The data sets of the course: digits, CIFAR-10 and its stand-in, and batches of them."""

from cnncourse.course import data_folder

from .batches import Batches
from .cifar import cifar10
from .folder import CLASSES as CIFAR10_CLASSES
from .images import DataError, Images, SyntheticImages
from .scans import digits
from .synthetic import synthetic_cifar10

__all__ = [
    "Batches",
    "CIFAR10_CLASSES",
    "DataError",
    "Images",
    "SyntheticImages",
    "cifar10",
    "data_folder",
    "digits",
    "synthetic_cifar10",
]

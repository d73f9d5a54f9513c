"""The networks of the course: the slides' LeNet, LeNet-5 as it was in 1998, residual blocks."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

IMAGE_SIDE = 32


class LeNet(nn.Module):
    """The slides' LeNet: two convolutions, two poolings, three linear layers.

    (N, in_channels, input_size, input_size) to (N, num_classes) log-probabilities.
    Raises ValueError for inputs under 16 × 16 pixels, which leave the last pooling nothing.
    Source: the lecturer's slide "LeNet in Pytorch".

    >>> model = LeNet(32)
    >>> model(torch.zeros(2, 1, 32, 32)).shape
    torch.Size([2, 10])
    >>> parameter_count(LeNet(32, in_channels=3))
    62006
    """

    def __init__(self, input_size: int, in_channels: int = 1, num_classes: int = 10) -> None:
        super().__init__()
        map_size = ((input_size - 6) // 2 - 5) // 2 + 1  # after both convolutions and poolings
        if map_size < 1:
            raise ValueError(
                f"input_size is {input_size}, but two 5 × 5 convolutions and two 2 × 2 poolings "
                "need at least 16: enlarge or pad the images"
            )
        self.features = nn.Sequential(
            nn.Conv2d(in_channels, 6, 5),
            nn.Tanh(),
            nn.AvgPool2d(2, stride=2),
            nn.Conv2d(6, 16, 5),
            nn.Tanh(),
            nn.MaxPool2d(2, stride=2),
        )
        self.fc = nn.Sequential(
            nn.Linear(16 * map_size * map_size, 120),
            nn.Tanh(),
            nn.Linear(120, 84),
            nn.Tanh(),
            nn.Linear(84, num_classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.log_softmax(self.fc(self.features(x).flatten(1)), dim=1)


class ScaledTanh(nn.Module):
    """The squashing function of LeNet-5: f(a) = A tanh(S a), with A = 1.7159 and S = 2/3.

    Then f(1) = 1 and f(-1) = -1, where the curvature is largest.
    Source: LeCun et al. (1998), equation 6 and appendix A.

    >>> ScaledTanh()(torch.tensor([-1.0, 0.0, 1.0])).round(decimals=3)
    tensor([-1.,  0.,  1.])
    """

    def forward(self, a: Tensor) -> Tensor:
        return 1.7159 * torch.tanh(2 / 3 * a)


class Subsampling(nn.Module):
    """Trainable subsampling: the sum of each 2 × 2 window, times a coefficient, plus a bias.

    (N, C, H, W) to (N, C, H // 2, W // 2), one coefficient and one bias for each map.
    Source: LeCun et al. (1998), layers S2 and S4.

    >>> parameter_count(Subsampling(6))
    12
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.coefficient = nn.Parameter(torch.ones(channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(channels, 1, 1))
        uniform_init(self.coefficient, fan_in=4)
        uniform_init(self.bias, fan_in=4)

    def forward(self, x: Tensor) -> Tensor:
        total = F.avg_pool2d(x, kernel_size=2, divisor_override=1)
        return self.coefficient * total + self.bias


class PartialConv2d(nn.Module):
    """A convolution that connects each output map to some of the input maps only.

    `table` has a row for each input map and a column for each output map, with an "X" where
    the two are connected: only there is a kernel. (N, rows, H, W) to (N, columns, H', W').
    Source: LeCun et al. (1998), table I.

    >>> layer = PartialConv2d(["X.X",
    ...                        ".XX"], kernel_size=5)
    >>> layer(torch.zeros(1, 2, 8, 8)).shape, parameter_count(layer)
    (torch.Size([1, 3, 4, 4]), 103)
    """

    connected: Tensor

    def __init__(self, table: Sequence[str], kernel_size: int) -> None:
        super().__init__()
        connected = torch.tensor([[mark == "X" for mark in row] for row in table]).T
        self.register_buffer("connected", connected, persistent=False)
        self.weight = nn.Parameter(torch.zeros(int(connected.sum()), kernel_size, kernel_size))
        self.bias = nn.Parameter(torch.zeros(len(connected)))
        # A unit's fan-in depends on how many maps its own map looks at.
        fan_in = connected.sum(1) * kernel_size**2
        uniform_init(self.weight, fan_in[connected.nonzero()[:, 0]].reshape(-1, 1, 1))
        uniform_init(self.bias, fan_in)

    def forward(self, x: Tensor) -> Tensor:
        return F.conv2d(x, self.dense_weight(), self.bias)

    def dense_weight(self) -> Tensor:
        """The weight of the same convolution over all maps: zero where there is no kernel."""
        dense = self.weight.new_zeros(*self.connected.shape, *self.weight.shape[1:])
        dense[self.connected] = self.weight
        return dense


class RBF(nn.Module):
    """Euclidean radial basis functions: squared distances to fixed prototypes.

    (N, D) to (N, number of prototypes): y_i = Σ_j (x_j - w_ij)². Nothing to train.
    Source: LeCun et al. (1998), equation 7.

    >>> RBF(torch.tensor([[1.0, 1.0], [1.0, -1.0]]))(torch.tensor([[1.0, 0.0]]))
    tensor([[1., 1.]])
    """

    prototypes: Tensor

    def __init__(self, prototypes: Tensor) -> None:
        super().__init__()
        self.register_buffer("prototypes", prototypes, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return ((x[:, None] - self.prototypes) ** 2).sum(2)


# Table I of the paper: which of the six maps of S2 (rows) feed which maps of C3 (columns).
C3_TABLE = [
    "X...XXX..XXXX.XX",
    "XX...XXX..XXXX.X",
    "XXX...XXX..X.XXX",
    ".XXX..XXXX..X.XX",
    "..XXX..XXXX.XX.X",
    "...XXX..XXXX.XXX",
]


class LeNet5(nn.Module):
    """LeNet-5 as published: partly connected, with trainable subsampling and an RBF output.

    (N, 1, 32, 32) to (N, 10) distances: the *smallest* one is the answer, `argmin`.
    The paper scales its images so that the background is -0.1 and the ink 1.175.
    The prototypes are digits of 7 × 12 pixels, drawn for this course after the paper's idea.
    Raises ValueError for images of another shape.
    Source: LeCun, Bottou, Bengio and Haffner (1998), section II.B.

    >>> model = LeNet5()
    >>> model(torch.zeros(2, 1, 32, 32)).shape
    torch.Size([2, 10])
    >>> parameter_count(model)
    60000
    """

    def __init__(self) -> None:
        super().__init__()
        self.C1 = nn.Conv2d(1, 6, 5)
        self.S2 = Subsampling(6)
        self.C3 = PartialConv2d(C3_TABLE, 5)
        self.S4 = Subsampling(16)
        self.C5 = nn.Conv2d(16, 120, 5)
        self.F6 = nn.Linear(120, 84)
        self.output = RBF(digit_prototypes())
        self.squash = ScaledTanh()
        for layer in (self.C1, self.C5, self.F6):
            fan_in = layer.weight[0].numel()
            for parameter in layer.parameters():
                uniform_init(parameter, fan_in)

    def forward(self, x: Tensor) -> Tensor:
        if x.ndim != 4 or x.shape[1:] != (1, IMAGE_SIDE, IMAGE_SIDE):
            raise ValueError(
                f"x has shape {tuple(x.shape)}, but LeNet-5 reads (N, 1, 32, 32): "
                "gray images of 32 × 32 pixels"
            )
        for layer in (self.C1, self.S2, self.C3, self.S4, self.C5):
            x = self.squash(layer(x))
        distances: Tensor = self.output(self.squash(self.F6(x.flatten(1))))
        return distances

    @staticmethod
    def loss(distances: Tensor, labels: Tensor) -> Tensor:
        """Mean distance to the right prototype, equation 8 of the paper.

        >>> LeNet5.loss(torch.tensor([[3.0, 1.0], [4.0, 2.0]]), torch.tensor([0, 1]))
        tensor(2.5000)
        """
        return distances.gather(1, labels[:, None]).mean()


class LogPosterior(nn.Module):
    """Distances (N, classes) to log-probabilities, with room for "none of them".

    log p_i = -y_i - log(e^-j + Σ_k e^-y_k); a distance far above j repels no more. The paper
    leaves the value of j open; 84 is how far a silent layer F6 is from every prototype.
    The negative log-likelihood of the right class is the paper's MAP criterion, equation 9,
    so `nn.Sequential(LeNet5(), LogPosterior())` trains like any other network of the course.
    Source: LeCun et al. (1998), equation 9.

    >>> LogPosterior(j=0.0)(torch.tensor([[0.0, 0.0, 0.0]])).exp()
    tensor([[0.2500, 0.2500, 0.2500]])
    """

    def __init__(self, j: float = 84.0) -> None:
        super().__init__()
        self.j = j

    def forward(self, distances: Tensor) -> Tensor:
        rubbish = torch.full_like(distances[:, :1], -self.j)
        return -distances - torch.cat([rubbish, -distances], dim=1).logsumexp(1, keepdim=True)


def uniform_init(parameter: Tensor, fan_in: int | Tensor) -> None:
    """Draw a parameter uniformly from ±2.4 / fan_in, in place (appendix A of the 1998 paper)."""
    with torch.no_grad():
        parameter.uniform_(-1, 1).mul_(2.4 / fan_in)


def digit_prototypes() -> Tensor:
    """The ten output codes (10, 84) of LeNet-5: +1 where a 7 × 12 drawing has ink, else -1."""
    rows = [line.split() for line in DIGITS.strip().splitlines()]
    drawings = [
        "".join(row[i] for row in rows[block : block + 12]) for block in (0, 12) for i in range(5)
    ]
    return torch.tensor([[1.0 if mark == "#" else -1.0 for mark in d] for d in drawings])


DIGITS = """
.......  .......  .......  .......  .......
..###..  ...#...  .#####.  .#####.  ....##.
.##.##.  ..##...  ##...##  ##...##  ...###.
##...##  .###...  ##...##  .....##  ..#.##.
##...##  ...#...  .....##  .....##  .#..##.
##...##  ...#...  ....##.  ..####.  #...##.
##...##  ...#...  ...##..  .....##  #######
##...##  ...#...  ..##...  .....##  ....##.
.##.##.  ...#...  .##....  ##...##  ....##.
..###..  .#####.  #######  .#####.  ....##.
.......  .......  .......  .......  .......
.......  .......  .......  .......  .......
.......  .......  .......  .......  .......
#######  ..####.  #######  .#####.  .#####.
##.....  .##....  .....##  ##...##  ##...##
##.....  ##.....  ....##.  ##...##  ##...##
######.  ##.###.  ....##.  .##.##.  ##...##
.....##  ###..##  ...##..  ..###..  .######
.....##  ##...##  ...##..  .##.##.  .....##
.....##  ##...##  ..##...  ##...##  .....##
##...##  ##...##  ..##...  ##...##  ....##.
.#####.  .#####.  ..##...  .#####.  .####..
.......  .......  .......  .......  .......
.......  .......  .......  .......  .......
"""


class ResidualBlock(nn.Module):
    """Two 3 × 3 convolutions with batch normalization, F, and a shortcut around them.

    (N, in_channels, H, W) to (N, out_channels, ⌈H / stride⌉, ⌈W / stride⌉). The block is
    ReLU(F(x) + shortcut(x)), or with `preactivation` F(x) + shortcut(x), where normalization and
    ReLU come before each convolution. The shortcut is x itself where both have one shape, else a
    1 × 1 convolution with the stride. `residual=False` leaves it out. `norm` makes a normalization
    of so many channels, None none.
    Source: K. He et al. (2016), Deep Residual Learning, figure 5 and section 3.3, and Identity
    Mappings in Deep Residual Networks, figure 4 (e), for `preactivation`.

    >>> ResidualBlock(8, 16, stride=2)(torch.zeros(1, 8, 9, 12)).shape
    torch.Size([1, 16, 5, 6])
    >>> parameter_count(ResidualBlock(8, 8)), parameter_count(ResidualBlock(8, 8, residual=False))
    (1184, 1184)
    """

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        stride: int = 1,
        *,
        preactivation: bool = False,
        residual: bool = True,
        norm: Callable[[int], nn.Module] | None = nn.BatchNorm2d,
    ) -> None:
        super().__init__()
        norm = norm or nn.Identity
        first = nn.Conv2d(in_channels, out_channels, 3, stride, padding=1, bias=False)
        second = nn.Conv2d(out_channels, out_channels, 3, padding=1, bias=False)
        before = (norm(in_channels), nn.ReLU(), first, norm(out_channels), nn.ReLU(), second)
        after = (first, norm(out_channels), nn.ReLU(), second, norm(out_channels))
        self.residual = nn.Sequential(*(before if preactivation else after))
        self.last = nn.Identity() if preactivation else nn.ReLU()
        self.shortcut: nn.Module | None = None
        if residual and in_channels == out_channels and stride == 1:
            self.shortcut = nn.Identity()
        elif residual:
            project = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
            self.shortcut = project if preactivation else nn.Sequential(project, norm(out_channels))

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.residual(x)
        if self.shortcut is not None:
            out = out + self.shortcut(x)
        result: Tensor = self.last(out)
        return result


def deep_network(
    depth: int,
    width: int = 16,
    in_channels: int = 1,
    num_classes: int = 10,
    *,
    preactivation: bool = False,
    residual: bool = True,
    norm: Callable[[int], nn.Module] | None = nn.BatchNorm2d,
) -> nn.Sequential:
    """A network of `depth` convolutions of one width and resolution, in blocks of two.

    (N, in_channels, H, W) to (N, num_classes) log-probabilities. The first convolution stands
    alone, so `depth` is odd, else ValueError; weights are drawn by He's rule. The options are those
    of `ResidualBlock`.

    >>> model = deep_network(depth=5, width=8)
    >>> model(torch.zeros(2, 1, 8, 8)).shape, sum(isinstance(m, nn.Conv2d) for m in model.modules())
    (torch.Size([2, 10]), 5)
    """
    if depth < 1 or depth % 2 == 0:
        raise ValueError(f"depth is {depth}, but must be odd: one convolution and blocks of two")
    first = nn.Conv2d(in_channels, width, 3, padding=1, bias=False)
    ends = [(norm or nn.Identity)(width), nn.ReLU()]
    blocks = [
        ResidualBlock(width, width, preactivation=preactivation, residual=residual, norm=norm)
        for _ in range(depth // 2)
    ]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(width, num_classes), nn.LogSoftmax(1)]
    body = [*blocks, *ends] if preactivation else [*ends, *blocks]
    model = nn.Sequential(first, *body, *head)
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    return model


def parameter_count(model: nn.Module) -> int:
    """The number of trainable numbers in a model or layer.

    >>> parameter_count(nn.Conv2d(3, 6, 5))
    456
    """
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def home(model: nn.Module) -> Tensor:
    """A tensor on the device and of the dtype that a model computes with.

    They are those of its first parameter or buffer of floats; the CPU and float32 without any.

    >>> home(nn.Linear(2, 1).double()).dtype, home(nn.Flatten()).dtype
    (torch.float64, torch.float32)
    """
    held = chain(model.parameters(), model.buffers())
    nothing = torch.empty(0, dtype=torch.float32, device="cpu")
    return next((tensor for tensor in held if tensor.is_floating_point()), nothing)


def summary(model: nn.Module, input_shape: Sequence[int]) -> str:
    """A table of the layers as a string: name, kind, output shape, trainable parameters.

    `input_shape` is the shape of one image, (C, H, W); shapes in the table have no batch either.
    A layer that is called twice has two rows.

    >>> print(summary(nn.Sequential(nn.Conv2d(3, 6, 5), nn.Tanh()), (3, 32, 32)))
    layer  kind    output       parameters
    0      Conv2d  6 × 28 × 28         456
    1      Tanh    6 × 28 × 28           0
    total                              456
    """
    rows = [("layer", "kind", "output", "parameters")]

    def record(name: str) -> Callable[[nn.Module, Any, Any], None]:
        def hook(layer: nn.Module, inputs: Any, output: Any) -> None:
            if isinstance(output, Tensor):
                shape = " × ".join(map(str, output.shape[1:]))
            else:
                shape = type(output).__name__  # such as a tuple of several
            rows.append((name, type(layer).__name__, shape, f"{parameter_count(layer):,}"))

        return hook

    hooks = [
        layer.register_forward_hook(record(name))
        for name, layer in model.named_modules()
        if not any(layer.children())
    ]
    try:
        with torch.no_grad(), mode(model, training=False):
            model(home(model).new_zeros(1, *input_shape))
    finally:
        for hook in hooks:
            hook.remove()
    rows.append(("total", "", "", f"{parameter_count(model):,}"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        f"{name:<{widths[0]}}  {kind:<{widths[1]}}  {shape:<{widths[2]}}  {count:>{widths[3]}}"
        for name, kind, shape, count in rows
    )


@contextmanager
def mode(model: nn.Module, training: bool) -> Iterator[None]:
    """Training or evaluation mode for a while; then each layer has its own mode again."""
    before = [(layer, layer.training) for layer in model.modules()]
    model.train(training)
    try:
        yield
    finally:
        for layer, was_training in before:
            layer.training = was_training

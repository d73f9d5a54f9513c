// The PyTorch code of a network of the figure NetworkBuilder.

const NETWORK_HELPERS = {
  conv: `def conv(C, F, K=3, groups=1, act=nn.ReLU):
    layers = [nn.Conv2d(C, F, K, padding=K // 2, groups=groups, bias=False),
              nn.BatchNorm2d(F)]
    return nn.Sequential(*layers, *([act()] if act else []))`,
  Add: `class Add(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)`,
  Cat: `class Cat(nn.Sequential):
    def forward(self, x):
        return torch.cat([x, super().forward(x)], dim=1)`,
};

/**
 * The lines of a block on C channels; `width` is what a dense layer adds.
 * @type {{ [kind: string]: (C: number, width: number) => string[] }}
 */
const NETWORK_LINES = {
  conv: (C) => [`conv(${C}, ${C})`],
  pool: () => ["nn.MaxPool2d(2)"],
  widen: (C) => [`conv(${C}, ${2 * C}, 1)`],
  narrow: (C) => [`conv(${C}, ${halved(C)}, 1)`],
  residual: (C) => [`Add(conv(${C}, ${C}), conv(${C}, ${C}, act=None))`, "nn.ReLU()"],
  bottleneck: (C) => {
    const few = halved(halved(C));
    return [`Add(conv(${C}, ${few}, 1), conv(${few}, ${few}),
        conv(${few}, ${C}, 1, act=None))`, "nn.ReLU()"];
  },
  dense: (C, width) => [`Cat(nn.BatchNorm2d(${C}), nn.ReLU(),
        nn.Conv2d(${C}, ${4 * width}, 1, bias=False),
        nn.BatchNorm2d(${4 * width}), nn.ReLU(),
        nn.Conv2d(${4 * width}, ${width}, 3, padding=1, bias=False))`],
  separable: (C) => [`conv(${C}, ${C}, groups=${C})`, `conv(${C}, ${C}, 1)`],
  inverted: (C) => [`Add(conv(${C}, ${6 * C}, 1, act=nn.ReLU6),
        conv(${6 * C}, ${6 * C}, groups=${6 * C}, act=nn.ReLU6),
        conv(${6 * C}, ${C}, 1, act=None))`],
};

/** @param {NetworkRow[]} rows of `networkCosts` @param {number} width */
function networkCode(rows, width) {
  const last = rows[rows.length - 2];
  const lines = rows.slice(1, -1)
    .flatMap(({ kind }, index) => NETWORK_LINES[kind](rows[index].channels, width));
  const model = ["model = nn.Sequential(",
    ...[`conv(3, ${width})`, ...lines, "nn.AdaptiveAvgPool2d(1)", "nn.Flatten()",
      `nn.Linear(${last.channels}, 10)`, "nn.LogSoftmax(dim=1)"].map((line) => `    ${line},`),
    ")"].join("\n");
  const helpers = Object.entries(NETWORK_HELPERS)
    .filter(([name]) => model.includes(`${name}(`)).map(([, text]) => text);
  const torch = model.includes("Cat(") ? "import torch\n" : "";
  return [`${torch}from torch import nn`, ...helpers, model].join("\n\n\n") + "\n";
}

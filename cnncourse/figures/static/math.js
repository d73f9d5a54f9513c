// The mathematics of the figures: no DOM, no state; tests/test_figures_math.py compares it with
// torch.
//
// A tensor is {shape, data}: a list of sizes, and the numbers row by row. Images are (C, H, W).
// Settings (padding, stride, dilation) are a number, or a pair for height and width.
const math = {
  /**
   * @param {number[]} shape @param {ArrayLike<number>} [data] zeros if left out
   * @returns {Tensor}
   */
  tensor(shape, data) {
    if (!data) return { shape, data: new Float64Array(shape.reduce((a, b) => a * b, 1)) };
    return { shape, data: data instanceof Float64Array ? data : Float64Array.from(data) };
  },

  /** @param {Pair} value @returns {[number, number]} */
  pair: (value) => (Array.isArray(value) ? value : [value, value]),

  /** K' = D(K - 1) + 1: how many positions the kernel covers. @param {number} kernel */
  effectiveKernelSize: (kernel, dilation = 1) => dilation * (kernel - 1) + 1,

  /**
   * O = ⌊(I + 2P - K') / S⌋ + 1; zero or less where the kernel does not fit.
   * @param {number} input @param {number} kernel
   */
  outputSize(input, kernel, padding = 0, stride = 1, dilation = 1) {
    const extent = math.effectiveKernelSize(kernel, dilation);
    return Math.floor((input + 2 * padding - extent) / stride) + 1;
  },

  /** (I - 1)S - 2P + K' @param {number} input @param {number} kernel */
  transposedSize(input, kernel, padding = 0, stride = 1, dilation = 1) {
    return (input - 1) * stride - 2 * padding + math.effectiveKernelSize(kernel, dilation);
  },

  /**
   * How many windows hold each of `size` (padded) positions of one axis.
   * @param {number} size @param {number} kernel @returns {number[]}
   */
  coverage(size, kernel, stride = 1, dilation = 1) {
    const counts = new Array(size).fill(0);
    const windows = math.outputSize(size, kernel, 0, stride, dilation);
    for (let j = 0; j < windows; j++)
      for (let m = 0; m < kernel; m++) counts[j * stride + m * dilation]++;
    return counts;
  },

  /** @param {Tensor} x (C, H, W) @param {Pair} padding @returns {Tensor} */
  pad2d({ shape: [C, H, W], data }, padding) {
    const [P, Q] = math.pair(padding);
    const out = math.tensor([C, H + 2 * P, W + 2 * Q]);
    for (let c = 0; c < C; c++)
      for (let i = 0; i < H; i++)
        for (let j = 0; j < W; j++)
          out.data[(c * (H + 2 * P) + i + P) * (W + 2 * Q) + j + Q] = data[(c * H + i) * W + j];
    return out;
  },

  /**
   * Cross-correlation of x (C, H, W) with weight (F, C, M, N), plus one bias a filter: (F, O, O').
   * @param {Tensor} x @param {Tensor} weight @param {ArrayLike<number> | null} [bias]
   * @param {Settings} settings @returns {Tensor}
   */
  conv2d(x, weight, bias, { padding = 0, stride = 1, dilation = 1 } = {}) {
    const { shape: [C, H, W], data } = math.pad2d(x, padding);
    const [F, , M, N] = weight.shape;
    const [S, T] = math.pair(stride), [D, E] = math.pair(dilation);
    const rows = math.outputSize(H, M, 0, S, D), columns = math.outputSize(W, N, 0, T, E);
    const out = math.tensor([F, rows, columns]);
    for (let f = 0, at = 0; f < F; f++)
      for (let j = 0; j < rows; j++)
        for (let k = 0; k < columns; k++) {
          let sum = bias ? bias[f] : 0;
          for (let c = 0; c < C; c++)
            for (let m = 0; m < M; m++) {
              const row = (c * H + j * S + m * D) * W + k * T, tap = ((f * C + c) * M + m) * N;
              for (let n = 0; n < N; n++) sum += weight.data[tap + n] * data[row + n * E];
            }
          out.data[at++] = sum;
        }
    return out;
  },

  /**
   * Each entry of x (C, H, W) stamps its kernels, weight (C, F, M, N), onto the output, and
   * overlaps add; then `padding` is cut off on each side.
   * @param {Tensor} x @param {Tensor} weight @param {Settings} settings @returns {Tensor}
   */
  convTranspose2d(x, weight, { padding = 0, stride = 1, dilation = 1 } = {}) {
    const [C, H, W] = x.shape, [, F, M, N] = weight.shape;
    const [P, Q] = math.pair(padding), [S, T] = math.pair(stride), [D, E] = math.pair(dilation);
    const rows = math.transposedSize(H, M, P, S, D), columns = math.transposedSize(W, N, Q, T, E);
    const out = math.tensor([F, rows, columns]);
    for (let c = 0; c < C; c++)
      for (let i = 0; i < H; i++)
        for (let j = 0; j < W; j++)
          for (let f = 0; f < F; f++)
            for (let m = 0; m < M; m++)
              for (let n = 0; n < N; n++) {
                const row = i * S + m * D - P, column = j * T + n * E - Q;
                if (row < 0 || row >= rows || column < 0 || column >= columns) continue;
                out.data[(f * rows + row) * columns + column] +=
                  x.data[(c * H + i) * W + j] * weight.data[((c * F + f) * M + m) * N + n];
              }
    return out;
  },

  /**
   * A layer of F filters with C kernels of M × N each: its weights and biases.
   * @type {(C: number, F: number, M: number, N: number) => number}
   */
  convParameters: (C, F, M, N) => F * (C * M * N + 1),

  /**
   * Every entry of its F maps of O × O' takes C·M·N products.
   * @type {(C: number, F: number, M: number, N: number, rows: number, columns: number) => number}
   */
  convMultiplications: (C, F, M, N, rows, columns) => F * rows * columns * C * M * N,

  /**
   * Each map of x (C, H, W) by itself: the largest, the mean, or the root of the sum of squares of
   * every window. Windows that would stick out are left out.
   * @param {Tensor} x @param {number} size
   * @param {{ stride?: number, mode?: "max" | "average" | "l2" }} options @returns {Tensor}
   */
  pool2d({ shape: [C, H, W], data }, size, { stride = size, mode = "max" } = {}) {
    const rows = math.outputSize(H, size, 0, stride), columns = math.outputSize(W, size, 0, stride);
    const out = math.tensor([C, rows, columns]);
    for (let c = 0, at = 0; c < C; c++)
      for (let j = 0; j < rows; j++)
        for (let k = 0; k < columns; k++) {
          let most = -Infinity, sum = 0, squares = 0;
          for (let m = 0; m < size; m++)
            for (let n = 0; n < size; n++) {
              const value = data[(c * H + j * stride + m) * W + k * stride + n];
              most = Math.max(most, value);
              sum += value;
              squares += value * value;
            }
          out.data[at++] = { max: most, average: sum / size ** 2, l2: Math.sqrt(squares) }[mode];
        }
    return out;
  },

  /** @param {Tensor} x @returns {Tensor} */
  tanh: ({ shape, data }) => ({ shape, data: data.map(Math.tanh) }),

  /**
   * x (I) times weight (O, I), plus bias.
   * @param {Tensor} x @param {Tensor} weight @param {ArrayLike<number>} bias @returns {Tensor}
   */
  linear({ data }, weight, bias) {
    const [O, I] = weight.shape, out = math.tensor([O]);
    for (let o = 0; o < O; o++) {
      let sum = bias[o];
      for (let i = 0; i < I; i++) sum += weight.data[o * I + i] * data[i];
      out.data[o] = sum;
    }
    return out;
  },

  /** @param {Tensor} x @returns {Tensor} */
  softmax({ shape, data }) {
    const most = Math.max(...data);
    const powers = data.map((value) => Math.exp(value - most));
    const sum = powers.reduce((a, b) => a + b);
    return { shape, data: powers.map((power) => power / sum) };
  },

  /**
   * The position on a ring of `size` places, also for an index below 0.
   * @type {(index: number, size: number) => number}
   */
  ring: (index, size) => ((index % size) + size) % size,

  /**
   * x (C, H, W) moved down and right; what leaves is lost, what enters is 0.
   * @param {Tensor} x @param {number} down @param {number} right @returns {Tensor}
   */
  shift2d({ shape: [C, H, W], data }, down, right) {
    const out = math.tensor([C, H, W]);
    for (let c = 0; c < C; c++)
      for (let i = Math.max(0, down); i < Math.min(H, H + down); i++)
        for (let j = Math.max(0, right); j < Math.min(W, W + right); j++)
          out.data[(c * H + i) * W + j] = data[(c * H + i - down) * W + j - right];
    return out;
  },

  /**
   * The same on a ring: what leaves on one side enters on the other.
   * @param {Tensor} x @param {number} down @param {number} right @returns {Tensor}
   */
  roll2d({ shape: [C, H, W], data }, down, right) {
    const out = math.tensor([C, H, W]);
    for (let c = 0, at = 0; c < C; c++)
      for (let i = 0; i < H; i++)
        for (let j = 0; j < W; j++) {
          const from = math.ring(i - down, H), column = math.ring(j - right, W);
          out.data[at++] = data[(c * H + from) * W + column];
        }
    return out;
  },

  /**
   * x (C, H, W) with P more pixels on each side, taken from the opposite side: circular padding.
   * @param {Tensor} x @param {number} P @returns {Tensor}
   */
  wrap2d({ shape: [C, H, W], data }, P) {
    const out = math.tensor([C, H + 2 * P, W + 2 * P]);
    for (let c = 0, at = 0; c < C; c++)
      for (let i = -P; i < H + P; i++)
        for (let j = -P; j < W + P; j++)
          out.data[at++] = data[(c * H + math.ring(i, H)) * W + math.ring(j, W)];
    return out;
  },

  /**
   * Every window of x (C, H, W) as a column: (C·K·K, L), in the order of torch's unfold.
   * @param {Tensor} x @param {number} kernel
   * @param {{ padding?: number, stride?: number, dilation?: number }} settings @returns {Tensor}
   */
  im2col(x, kernel, { padding = 0, stride = 1, dilation = 1 } = {}) {
    const { shape: [C, H, W], data } = math.pad2d(x, padding);
    const rows = math.outputSize(H, kernel, 0, stride, dilation);
    const columns = math.outputSize(W, kernel, 0, stride, dilation);
    const out = math.tensor([C * kernel * kernel, rows * columns]);
    for (let c = 0, at = 0; c < C; c++)
      for (let m = 0; m < kernel; m++)
        for (let n = 0; n < kernel; n++)
          for (let j = 0; j < rows; j++)
            for (let k = 0; k < columns; k++) {
              const row = j * stride + m * dilation, column = k * stride + n * dilation;
              out.data[at++] = data[(c * H + row) * W + column];
            }
    return out;
  },

  /** @param {Tensor} left @param {Tensor} right @returns {Tensor} their product as matrices */
  matmul({ shape: [rows, inner], data: a }, { shape: [, columns], data: b }) {
    const out = math.tensor([rows, columns]);
    for (let i = 0; i < rows; i++)
      for (let k = 0; k < inner; k++)
        for (let j = 0; j < columns; j++)
          out.data[i * columns + j] += a[i * inner + k] * b[k * columns + j];
    return out;
  },

  /**
   * A number in [0, 1) that depends on `seed` alone and looks random (a hash after C. Wellons).
   * @param {number} seed
   */
  noise(seed) {
    let x = (seed + 1) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    return ((x ^ (x >>> 16)) >>> 0) / 4294967296;
  },

  /**
   * 1 for each unit that mask number `number` keeps, 0 for what it drops with probability p.
   * @param {number} number @param {number} units @param {number} p @returns {number[]}
   */
  dropoutMask: (number, units, p) => Array.from({ length: units },
    (_, unit) => (math.noise(number * units + unit) < p ? 0 : 1)),

  /**
   * Σ weight · unit · kept · scale
   * @param {number[]} units @param {number[]} weights @param {number[]} kept @param {number} scale
   */
  dropoutSum: (units, weights, kept, scale) => units.reduce(
    (sum, unit, index) => sum + weights[index] * unit * kept[index] * scale, 0),

  /**
   * Two units and their squared error: L = (w2 f(w1 x + b1) + b2 - t)². `values` of all quantities,
   * `gradients` of L, and `slopes`: the derivative of what a quantity goes into by the quantity.
   * @param {{ activation: string, x: number, t: number, w1: number, b1: number, w2: number,
   *   b2: number }} given
   */
  twoUnits({ activation, x, t, w1, b1, w2, b2 }) {
    const a = w1 * x + b1, relu = activation === "relu";
    const z = relu ? Math.max(a, 0) : Math.tanh(a), y = w2 * z + b2;
    const slopes = { y: 2 * (y - t), w2: z, b2: 1, z: w2, a: relu ? Number(a > 0) : 1 - z * z,
      w1: x, b1: 1 };
    const dz = slopes.y * slopes.z, da = dz * slopes.a;
    return {
      values: { x, a, z, y, L: (y - t) ** 2, w1, b1, w2, b2, t },
      slopes,
      gradients: { x: da * w1, t: -slopes.y, L: 1, y: slopes.y, w2: slopes.y * z, b2: slopes.y,
        z: dz, a: da, w1: da * x, b1: da },
    };
  },

  /**
   * The matrix from `input` pixels to a row of outputs: 0 where there is no weight, else the number
   * of the weight from 1, equal where it is one and the same weight.
   * @param {Stage} stage @param {number} input @param {number} kernel @returns {Tensor}
   */
  layerMatrix(stage, input, kernel) {
    const rows = math.outputSize(input, kernel), out = math.tensor([rows, input]);
    for (let row = 0, next = 1; row < rows; row++)
      for (let column = 0; column < input; column++) {
        const tap = column - row;
        if (stage !== "dense" && (tap < 0 || tap >= kernel)) continue;
        out.data[row * input + column] = stage === "shared" ? tap + 1 : next++;
      }
    return out;
  },

  /** @param {Stage} stage @param {number} input @param {number} kernel @returns {number} */
  weightCount(stage, input, kernel) {
    const outputs = math.outputSize(input, kernel);
    return { dense: input * outputs, local: kernel * outputs, shared: kernel }[stage];
  },

  /**
   * The number of the set that each entry of (N, C, H, W) belongs to: entries of one set share a
   * mean. `shared` has the letters of the axes averaged over, `groups` divides the channels.
   * @param {number[]} shape @param {string} shared @param {number} groups @returns {number[]}
   */
  sharing([N, C, H, W], shared, groups) {
    const size = C / groups, out = [];
    for (let n = 0; n < N; n++)
      for (let c = 0; c < C; c++)
        for (let h = 0; h < H; h++)
          for (let w = 0; w < W; w++) {
            const places = [shared.includes("N") ? 0 : n,
              shared.includes("C") ? Math.floor(c / size) : c,
              shared.includes("H") ? 0 : h, shared.includes("W") ? 0 : w];
            out.push(places.reduce((set, place, axis) => set * [N, C, H, W][axis] + place, 0));
          }
    return out;
  },

  /**
   * PyTorch's module that shares so, or "".
   * @param {string} shared @param {number} groups @param {number} channels
   */
  normalization(shared, groups, channels) {
    const name = { NHW: "BatchNorm2d", HW: "InstanceNorm2d", CHW: "GroupNorm" }[shared];
    if (!name) return "";
    return `nn.${name}(${shared === "CHW" ? `${groups}, ` : ""}${channels})`;
  },

  /**
   * Mean square of the entries after 0, 1, … blocks of two convolutions and as many ReLUs, for wide
   * layers; null for ReLU(x + F(x)), which has no such formula. n · σ² is 1/3 with PyTorch's own
   * weights, 1 with Glorot's, 2 with He's.
   * @param {"torch" | "glorot" | "he"} init @param {"plain" | "residual" | "preactivation"} path
   * @param {boolean} normalized @param {number} blocks @returns {number[] | null}
   */
  meanSquares(init, path, normalized, blocks) {
    if (path === "residual") return null;
    const gain = { torch: 1 / 3, glorot: 1, he: 2 }[init], out = [1];
    for (let block = 0; block < blocks; block++)
      out.push(path === "plain"
        ? (normalized ? 1 / 2 : out[block] * (gain / 2) ** 2)
        : out[block] + (normalized ? gain / 2 : out[block] * (gain / 2) ** 2));
    return out;
  },
};

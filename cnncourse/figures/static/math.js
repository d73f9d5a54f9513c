// The mathematics of the figures: no DOM, no state; tests/test_figures_math.py compares it with torch.
//
// A tensor is {shape, data}: a list of sizes, and the numbers row by row. Images are (C, H, W).
// Settings (padding, stride, dilation) are a number, or a pair for height and width.
const math = {
  tensor(shape, data) {
    return { shape, data: data ?? new Float64Array(shape.reduce((a, b) => a * b, 1)) };
  },

  pair: (value) => (Array.isArray(value) ? value : [value, value]),

  // K' = D(K - 1) + 1: how many positions the kernel covers.
  effectiveKernelSize: (kernel, dilation = 1) => dilation * (kernel - 1) + 1,

  // O = ⌊(I + 2P - K') / S⌋ + 1; zero or less where the kernel does not fit.
  outputSize(input, kernel, padding = 0, stride = 1, dilation = 1) {
    const extent = math.effectiveKernelSize(kernel, dilation);
    return Math.floor((input + 2 * padding - extent) / stride) + 1;
  },

  // (I - 1)S - 2P + K'
  transposedSize(input, kernel, padding = 0, stride = 1, dilation = 1) {
    return (input - 1) * stride - 2 * padding + math.effectiveKernelSize(kernel, dilation);
  },

  // How many windows hold each of `size` (padded) positions of one axis.
  coverage(size, kernel, stride = 1, dilation = 1) {
    const counts = new Array(size).fill(0);
    const windows = math.outputSize(size, kernel, 0, stride, dilation);
    for (let j = 0; j < windows; j++)
      for (let m = 0; m < kernel; m++) counts[j * stride + m * dilation]++;
    return counts;
  },

  pad2d({ shape: [C, H, W], data }, padding) {
    const [P, Q] = math.pair(padding);
    const out = math.tensor([C, H + 2 * P, W + 2 * Q]);
    for (let c = 0; c < C; c++)
      for (let i = 0; i < H; i++)
        for (let j = 0; j < W; j++)
          out.data[(c * (H + 2 * P) + i + P) * (W + 2 * Q) + j + Q] = data[(c * H + i) * W + j];
    return out;
  },

  // Cross-correlation of x (C, H, W) with weight (F, C, M, N), plus one bias a filter: (F, O, O').
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

  // Each entry of x (C, H, W) stamps its kernels, weight (C, F, M, N), onto the output, and overlaps
  // add; then `padding` is cut off on each side.
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

  // A layer of F filters with C kernels of M × N each: its weights and biases.
  convParameters: (C, F, M, N) => F * (C * M * N + 1),

  // Every entry of its F maps of O × O' takes C·M·N products.
  convMultiplications: (C, F, M, N, rows, columns) => F * rows * columns * C * M * N,

  // x (C, H, W) moved down and right; what leaves is lost, what enters is 0.
  shift2d({ shape: [C, H, W], data }, down, right) {
    const out = math.tensor([C, H, W]);
    for (let c = 0; c < C; c++)
      for (let i = Math.max(0, down); i < Math.min(H, H + down); i++)
        for (let j = Math.max(0, right); j < Math.min(W, W + right); j++)
          out.data[(c * H + i) * W + j] = data[(c * H + i - down) * W + j - right];
    return out;
  },

  // The same on a ring: what leaves on one side enters on the other.
  roll2d({ shape: [C, H, W], data }, down, right) {
    const out = math.tensor([C, H, W]), ring = (index, size) => ((index % size) + size) % size;
    for (let c = 0; c < C; c++)
      for (let i = 0; i < H; i++)
        for (let j = 0; j < W; j++)
          out.data[(c * H + i) * W + j] = data[(c * H + ring(i - down, H)) * W + ring(j - right, W)];
    return out;
  },

  // x (C, H, W) with P more pixels on each side, taken from the opposite side: circular padding.
  wrap2d({ shape: [C, H, W], data }, P) {
    const out = math.tensor([C, H + 2 * P, W + 2 * P]), ring = (index, size) => ((index % size) + size) % size;
    for (let c = 0, at = 0; c < C; c++)
      for (let i = -P; i < H + P; i++)
        for (let j = -P; j < W + P; j++) out.data[at++] = data[(c * H + ring(i, H)) * W + ring(j, W)];
    return out;
  },

  // One number for each window of each channel of x (C, H, W); "l2" is the root of the sum of squares.
  pool2d({ shape: [C, H, W], data }, kernel, { stride = kernel, mode = "max" } = {}) {
    const rows = math.outputSize(H, kernel, 0, stride), columns = math.outputSize(W, kernel, 0, stride);
    const out = math.tensor([C, rows, columns]);
    const reduce = { max: (values) => Math.max(...values),
      average: (values) => values.reduce((a, b) => a + b, 0) / values.length,
      l2: (values) => Math.sqrt(values.reduce((a, b) => a + b * b, 0)) }[mode];
    for (let c = 0, at = 0; c < C; c++)
      for (let j = 0; j < rows; j++)
        for (let k = 0; k < columns; k++) {
          const values = [];
          for (let m = 0; m < kernel; m++)
            for (let n = 0; n < kernel; n++) values.push(data[(c * H + j * stride + m) * W + k * stride + n]);
          out.data[at++] = reduce(values);
        }
    return out;
  },

  // Every window of x (C, H, W) as a column: (C·K·K, L), in the order of torch's unfold.
  im2col(x, kernel, { padding = 0, stride = 1, dilation = 1 } = {}) {
    const { shape: [C, H, W], data } = math.pad2d(x, padding);
    const rows = math.outputSize(H, kernel, 0, stride, dilation), columns = math.outputSize(W, kernel, 0, stride, dilation);
    const out = math.tensor([C * kernel * kernel, rows * columns]);
    for (let c = 0, at = 0; c < C; c++)
      for (let m = 0; m < kernel; m++)
        for (let n = 0; n < kernel; n++)
          for (let j = 0; j < rows; j++)
            for (let k = 0; k < columns; k++)
              out.data[at++] = data[(c * H + j * stride + m * dilation) * W + k * stride + n * dilation];
    return out;
  },

  matmul({ shape: [rows, inner], data: a }, { shape: [, columns], data: b }) {
    const out = math.tensor([rows, columns]);
    for (let i = 0; i < rows; i++)
      for (let k = 0; k < inner; k++)
        for (let j = 0; j < columns; j++) out.data[i * columns + j] += a[i * inner + k] * b[k * columns + j];
    return out;
  },

  // A number in [0, 1) that depends on `seed` alone and looks random (a hash after C. Wellons).
  noise(seed) {
    let x = (seed + 1) >>> 0;
    x = Math.imul(x ^ (x >>> 16), 0x7feb352d);
    x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
    return ((x ^ (x >>> 16)) >>> 0) / 4294967296;
  },

  // 1 for each unit that mask number `number` keeps, 0 for what it drops with probability p.
  dropoutMask: (number, units, p) => Array.from({ length: units }, (_, unit) => (math.noise(number * units + unit) < p ? 0 : 1)),

  // Σ weight · unit · kept · scale
  dropoutSum: (units, weights, kept, scale) => units.reduce((sum, unit, index) => sum + weights[index] * unit * kept[index] * scale, 0),

  // The matrix from `input` pixels to a row of outputs: 0 where there is no weight, else the number
  // of the weight from 1, equal where it is one and the same weight.
  layerMatrix(stage, input, kernel) {
    const rows = math.outputSize(input, kernel), out = math.tensor([rows, input]);
    for (let row = 0, next = 1; row < rows; row++)
      for (let column = 0; column < input; column++) {
        const tap = column - row;
        if (stage === "dense" || (tap >= 0 && tap < kernel)) out.data[row * input + column] = stage === "shared" ? tap + 1 : next++;
      }
    return out;
  },

  weightCount: (stage, input, kernel) => ({ dense: input, local: kernel, shared: kernel }[stage]
    * (stage === "shared" ? 1 : math.outputSize(input, kernel))),
};

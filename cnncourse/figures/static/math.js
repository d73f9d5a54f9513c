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
};

// The way back through LeNet, and Grad-CAM: mathematics without DOM, compared with torch's.
const backward = {
  /**
   * The gradient of a linear layer's input: the transposed weight (O, I) times g (O).
   * @param {Tensor} g @param {Tensor} weight @returns {Tensor}
   */
  linearBackward({ data }, weight) {
    const [O, I] = weight.shape, out = math.tensor([I]);
    for (let o = 0; o < O; o++)
      for (let i = 0; i < I; i++) out.data[i] += weight.data[o * I + i] * data[o];
    return out;
  },

  /**
   * The gradient before a tanh that returned y.
   * @param {Tensor} g @param {Tensor} y @returns {Tensor}
   */
  tanhBackward: ({ data }, { shape, data: y }) =>
    ({ shape, data: data.map((value, i) => value * (1 - y[i] ** 2)) }),

  /**
   * Max pooling's gradient (C, O, O') for x (C, H, W): the first maximum of each window, whose
   * stride is its size, takes it.
   * @param {Tensor} g @param {Tensor} x @param {number} size @returns {Tensor}
   */
  maxPoolBackward({ shape: [, rows, columns], data }, { shape: [C, H, W], data: x }, size) {
    const out = math.tensor([C, H, W]);
    for (let c = 0, at = 0; c < C; c++)
      for (let j = 0; j < rows; j++)
        for (let k = 0; k < columns; k++) {
          let best = (c * H + j * size) * W + k * size;
          for (let m = 0; m < size; m++)
            for (let n = 0; n < size; n++) {
              const here = (c * H + j * size + m) * W + k * size + n;
              if (x[here] > x[best]) best = here;
            }
          out.data[best] += data[at++];
        }
    return out;
  },

  /**
   * Average pooling's gradient (C, O, O') for an input (C, H, W): every pixel of a window, whose
   * stride is its size, takes an equal share.
   * @param {Tensor} g @param {number[]} shape @param {number} size @returns {Tensor}
   */
  averagePoolBackward({ shape: [, rows, columns], data }, [C, H, W], size) {
    const out = math.tensor([C, H, W]);
    for (let c = 0; c < C; c++)
      for (let i = 0; i < rows * size; i++)
        for (let j = 0; j < columns * size; j++) {
          const from = (c * rows + Math.floor(i / size)) * columns + Math.floor(j / size);
          out.data[(c * H + i) * W + j] = data[from] / size ** 2;
        }
    return out;
  },

  /**
   * The score of a digit, before the softmax, differentiated by the maps of C1 and of C3.
   * @param {{ [stage: string]: Tensor }} stages of forward.lenet
   * @param {{ [name: string]: Tensor }} weights @param {number} digit
   */
  lenet({ C1, S2, C3, F5, F6 }, weights, digit) {
    const one = math.tensor([10]);
    one.data[digit] = 1;
    const a6 = backward.tanhBackward(backward.linearBackward(one, weights["fc.4.weight"]), F6);
    const a5 = backward.tanhBackward(backward.linearBackward(a6, weights["fc.2.weight"]), F5);
    const S4 = { ...backward.linearBackward(a5, weights["fc.0.weight"]), shape: [16, 5, 5] };
    const byC3 = backward.maxPoolBackward(S4, C3, 2);
    const a3 = backward.tanhBackward(byC3, C3);
    const byS2 = math.convTranspose2d(a3, weights["features.3.weight"]);
    const byC1 = backward.averagePoolBackward({ ...byS2, shape: S2.shape }, C1.shape, 2);
    return { C1: byC1, C3: byC3 };
  },

  /**
   * Grad-CAM of maps (C, H, W) before its ReLU: `alpha`, the mean gradient of each map, `weighted`,
   * the maps times it, and their `sum` (1, H, W).
   * @param {Tensor} maps @param {Tensor} gradient
   */
  gradCam({ shape: [C, H, W], data }, gradient) {
    const alpha = math.tensor([C]), weighted = math.tensor([C, H, W]);
    const sum = math.tensor([1, H, W]), size = H * W;
    for (let c = 0; c < C; c++) {
      for (let i = 0; i < size; i++) alpha.data[c] += gradient.data[c * size + i] / size;
      for (let i = 0; i < size; i++)
        sum.data[i] += weighted.data[c * size + i] = alpha.data[c] * data[c * size + i];
    }
    return { alpha, weighted, sum };
  },

  /**
   * A map (1, H, W) laid over an image of size × size: the value of a unit stands at the center of
   * the field that it sees, in between is interpolated, and half a step beyond the outermost is 0.
   * @param {Tensor} map @param {{ size: number, step: number }} field @param {number} size
   */
  spread({ shape: [, H, W], data }, field, size) {
    const out = math.tensor([1, size, size]), half = (field.size - 1) / 2;
    /** @type {(pixel: number, count: number) => [number, number, number] | null} */
    const place = (pixel, count) => {
      const exact = (pixel - half) / field.step, at = within(exact, 0, count - 1);
      const first = Math.floor(at);
      if (Math.abs(exact - at) > 0.5) return null;
      return [first, Math.min(first + 1, count - 1), at - first];
    };
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) {
        const vertical = place(i, H), horizontal = place(j, W);
        if (!vertical || !horizontal) continue;
        const [top, bottom, down] = vertical, [left, right, across] = horizontal;
        /** @param {number} row */
        const along = (row) => data[row * W + left] * (1 - across) + data[row * W + right] * across;
        out.data[i * size + j] = along(top) * (1 - down) + along(bottom) * down;
      }
    return out;
  },
};

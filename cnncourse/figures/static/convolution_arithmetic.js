// Figure ConvolutionArithmetic: the window slides, and the five integers decide where.
//
// Both directions share one relation: with the tap (m, n), the cell (j, k) of the small grid
// belongs to the cell (jS + mD, kS + nD) of the big one. The big grid is the padded input of a
// convolution, and the output of a transposed one before its margin of P is cut off.
{
  /** @typedef {States["ConvolutionArithmetic"]} State */
  const PLAIN = { transposed: false, dimensions: 2, step: 0, padding: 0, stride: 1, dilation: 1 };
  const CASES = {
    case_valid: { ...PLAIN, input_size: 6, kernel_size: 3 },
    case_full: { ...PLAIN, input_size: 5, kernel_size: 3, padding: 2 },
    case_strides: { ...PLAIN, input_size: 7, kernel_size: 3, stride: 2 },
    case_both: { ...PLAIN, input_size: 6, kernel_size: 3, padding: 1, stride: 2 },
    case_dilation: { ...PLAIN, input_size: 7, kernel_size: 3, dilation: 2 },
  };
  // Small numbers that can be added in the head; the first rows are those of the chapter.
  const INPUT = ["2013104213", "0210110312", "3102002101", "0013120320", "1200211013",
                 "1031102210", "2102030121", "0320121003", "1011203120", "3120010212"];
  const KERNEL = [[1, 2, -1, 1, 0], [0, 1, 1, -1, 2], [-1, 0, 1, 2, 1], [2, -1, 0, 1, 1],
                  [1, 1, -2, 0, 1]];

  /** What follows from a state: sizes along one axis, and the numbers in the grids. */
  class Layer {
    /** @param {State} state */
    constructor(state) {
      const { input_size: I, kernel_size: K, padding: P, stride: S, dilation: D } = state;
      const { transposed } = state, flat = this.flat = state.dimensions === 1;
      this.state = state;
      this.extent = math.effectiveKernelSize(K, D);
      this.output = transposed
        ? math.transposedSize(I, K, P, S, D) : math.outputSize(I, K, P, S, D);
      this.big = transposed ? (I - 1) * S + this.extent : I + 2 * P;
      this.small = transposed ? I : this.output;
      this.coverage = math.coverage(this.big, K, S, D);
      this.x = math.tensor([1, this.high(I), I],
        INPUT.slice(0, this.high(I)).flatMap((row) => [...row.slice(0, I)].map(Number)));
      this.w = math.tensor([1, 1, this.high(K), K],
        KERNEL.slice(0, this.high(K)).flatMap((row) => row.slice(0, K)));
      this.out = transposed ? null
        : math.conv2d(this.x, this.w, null, { padding: flat ? [0, P] : P, stride: S, dilation: D });
    }

    /** How many rows a grid of `n` columns has. @param {number} n */
    high(n) { return this.flat ? 1 : n; }

    /** A size in words. @param {number} n */
    by(n) { return this.flat ? String(n) : `${n} × ${n}`; }

    /** How many windows hold a cell of the big grid. @param {number} i @param {number} j */
    seen(i, j) { return (this.flat ? 1 : this.coverage[i]) * this.coverage[j]; }

    /**
     * Whether a cell of the big grid is no padding, or not cut off.
     * @param {number} i @param {number} j
     */
    inside(i, j) {
      const { padding: P } = this.state, end = this.big - P;
      return (this.flat || (i >= P && i < end)) && j >= P && j < end;
    }

    /** A number of the padded input. @param {number} i @param {number} j */
    padded(i, j) {
      const { input_size: I, padding: P } = this.state;
      return this.inside(i, j) ? this.x.data[(this.flat ? 0 : i - P) * I + j - P] : 0;
    }

    /** An entry of the output. @param {number} j @param {number} k */
    entry(j, k) { return this.out ? this.out.data[j * this.small + k] : 0; }
  }

  /** @typedef {{ big: Set<string>, kernel: Set<string>, small: Set<string> }} Marks "row,column" */

  /**
   * The cells of all three grids that belong to the one at `at`.
   * @param {Layer} layer @param {Looked} at @returns {Marks}
   */
  function marked({ state, flat, small }, at) {
    const { kernel_size: K, stride: S, dilation: D } = state;
    const marks = { big: new Set(), kernel: new Set(), small: new Set() };
    const rows = flat ? 1 : small, taps = flat ? 1 : K, here = `${at.row},${at.column}`;
    for (let j = 0; j < rows; j++)
      for (let k = 0; k < small; k++)
        for (let m = 0; m < taps; m++)
          for (let n = 0; n < K; n++) {
            /** @type {{ [grid: string]: string }} */
            const place = { small: `${j},${k}`, kernel: `${m},${n}`,
              big: `${j * S + m * D},${k * S + n * D}` };
            if (place[at.grid] !== here) continue;
            marks.big.add(place.big);
            marks.kernel.add(place.kernel);
            marks.small.add(place.small);
          }
    // A position that no window reaches, too.
    marks[/** @type {keyof Marks} */ (at.grid)].add(here);
    return marks;
  }

  /** @extends {Looking<"ConvolutionArithmetic">} */
  class ConvolutionArithmetic extends Looking {
    panels = element("div", { class: "cnn-panels" });
    formula = element("div", { class: "cnn-formula" });
    verdict = element("p", { class: "cnn-note" });

    /** @param {Frame<"ConvolutionArithmetic">} frame */
    constructor(frame) {
      super(frame);
      this.big = new Grid(frame, { look: this.look("big") });
      this.kernel = new Grid(frame, { look: this.look("kernel") });
      this.small = new Grid(frame, { look: this.look("small"),
        pick: (row, column) => {
          frame.stop();
          frame.set({ step: row * this.small.columns + column });
        } });
      frame.stage.append(this.panels, this.formula, this.verdict);
      frame.row(frame.presets("cases", CASES));
      frame.row(frame.choice("dimensions"), frame.choice("transposed"));
      frame.row(frame.slider("input_size", { symbol: "I" }),
        frame.slider("kernel_size", { symbol: "K" }), frame.slider("padding", { symbol: "P" }),
        frame.slider("stride", { symbol: "S" }), frame.slider("dilation", { symbol: "D" }));
      frame.row(frame.player("step",
        { label: () => frame.t(frame.state.transposed ? "step_transposed" : "step") }));
    }

    draw() {
      const layer = new Layer(this.frame.state), { transposed, step, stride: S } = layer.state;
      const { small, big, extent } = layer;
      const K = layer.state.kernel_size;
      this.forget({ small: [layer.high(small), small], big: [layer.high(big), big],
        kernel: [layer.high(K), K] });
      const at = this.looked
        ?? { grid: "small", row: Math.floor(step / small), column: step % small };
      const marks = marked(layer, at), shown = at.grid === "small";
      this.order(transposed);
      this.drawKernel(layer, at, marks);
      if (transposed) this.drawTransposed(layer, marks);
      else this.drawConvolution(layer, marks);
      this.big.outline(shown
        ? [[at.row * S, at.column * S, layer.high(extent), extent, "window"]] : []);
      this.small.outline(shown ? [[at.row, at.column, 1, 1, "window"]] : []);
      this.formula.replaceChildren(...this.equations(layer));
      this.verdict.textContent = this.judge(layer);
      this.frame.say(this.describe(layer, at, marks));
    }

    /** What is computed comes last. @param {boolean} transposed */
    order(transposed) {
      if (this.panels.dataset.transposed === String(transposed)) return;
      const grids = [this.big, this.kernel, this.small];
      if (transposed) grids.reverse();
      this.panels.replaceChildren(...grids.map((grid) => grid.element));
      this.panels.dataset.transposed = String(transposed);
    }

    /** @param {Layer} layer @param {Looked} at @param {Marks} marks */
    drawKernel(layer, at, marks) {
      const { kernel_size: K, dilation: D } = layer.state;
      this.kernel.shape(this.frame.t(D > 1 ? "kernel_dilated" : "kernel",
        { size: layer.by(K), extent: layer.by(layer.extent) }), layer.high(K), K);
      this.kernel.paint((m, n) => ({
        text: format(layer.w.data[m * K + n]),
        kind: `kernel${at.grid !== "small" && marks.kernel.has(`${m},${n}`) ? " on" : ""}`,
      }));
    }

    /** The padded input and the output. @param {Layer} layer @param {Marks} marks */
    drawConvolution(layer, marks) {
      const { frame, big, small } = this, { input_size: I, padding: P } = layer.state;
      big.shape(frame.t(P ? "input_padded" : "input",
        { size: layer.by(I), padded: layer.by(layer.big) }), layer.high(layer.big), layer.big);
      big.paint((i, j) => ({
        text: format(layer.padded(i, j)),
        kind: (layer.inside(i, j) ? "" : "pad") + (layer.seen(i, j) ? "" : " unseen") +
          (marks.big.has(`${i},${j}`) ? " on" : ""),
      }));
      small.shape(frame.t("output", { size: layer.by(layer.small) }),
        layer.high(layer.small), layer.small);
      small.paint((j, k) => ({
        text: format(layer.entry(j, k)),
        kind: `output${marks.small.has(`${j},${k}`) ? " on" : ""}`,
      }));
    }

    /**
     * The input, and how many products each entry of the output receives.
     * @param {Layer} layer @param {Marks} marks
     */
    drawTransposed(layer, marks) {
      const { frame, big, small } = this, { input_size: I, padding: P } = layer.state;
      small.shape(frame.t("input", { size: layer.by(I) }), layer.high(I), I);
      small.paint((i, j) => ({
        text: format(layer.x.data[i * I + j]),
        kind: marks.small.has(`${i},${j}`) ? " on" : "",
      }));
      big.shape(frame.t(P ? "counts_cut" : "counts", { size: layer.by(layer.output) }),
        layer.high(layer.big), layer.big);
      const most = Math.max(...layer.coverage) ** layer.state.dimensions;
      big.paint((i, j) => {
        const on = marks.big.has(`${i},${j}`), inside = layer.inside(i, j);
        const share = Math.round(55 * layer.seen(i, j) / most);
        return {
          text: String(layer.seen(i, j)),
          kind: (inside ? "count" : "pad") + (on ? " on" : ""),
          fill: inside && !on
            ? `color-mix(in srgb, var(--cnn-output) ${share}%, var(--cnn-paper))` : "",
        };
      });
    }

    /** The two formulas with their numbers. @param {Layer} layer */
    equations({ state, extent, output }) {
      const { input_size: I, kernel_size: K, padding: P, stride: S, dilation: D } = state;
      /** @type {(left: string, general: string, numbers: string, value: number) => Element} */
      const line = (left, general, numbers, value) => element("p", {},
        element("span", { class: "cnn-symbols" }, left, " = ", general), " ",
        element("span", { class: "cnn-numbers" }, "= ", numbers, " = ",
          element("strong", {}, String(value))));
      const first = line("K′", "D(K − 1) + 1", `${D} · (${K} − 1) + 1`, extent);
      if (state.transposed)
        return [first, line("O", "(I − 1)S − 2P + K′",
          `(${I} − 1) · ${S} − 2 · ${P} + ${extent}`, output)];
      const exact = format((I + 2 * P - extent) / S);
      return [first, line("O", "⌊(I + 2P − K′) / S⌋ + 1",
        `⌊(${I} + 2 · ${P} − ${extent}) / ${S}⌋ + 1 = ⌊${exact}⌋ + 1`, output)];
    }

    /** What the sizes do to the edge of the input. @param {Layer} layer */
    judge({ state, extent, big, coverage }) {
      const { frame } = this, { input_size: I, padding: P, stride: S, dimensions } = state;
      if (state.transposed) {
        const counts = coverage.slice(P, big - P);
        const [least, most] =
          [Math.min(...counts) ** dimensions, Math.max(...counts) ** dimensions];
        return frame.t(least === most ? "even" : "uneven", { least, most });
      }
      const rest = (I + 2 * P - extent) % S;
      if (rest) return frame.t("leftover", { fraction: `${rest}/${S}` });
      return frame.t(coverage.includes(0) ? "unseen" : "fits");
    }

    /** @param {Layer} layer @param {Looked} at @param {Marks} marks @returns {string} */
    describe(layer, { grid, row, column }, marks) {
      const { frame } = this, { kernel_size: K, transposed, dimensions } = layer.state;
      const place = frame.t("cell", { row, column });
      const values = { place, step: row * layer.small + column + 1,
        count: layer.small ** dimensions, cells: marks.big.size, windows: marks.small.size };
      if (grid === "kernel") return frame.t("tap", values);
      if (grid === "big")
        return frame.t(transposed ? "overlap" : "pixel",
          { ...values, windows: marks.kernel.size && marks.small.size });
      if (transposed) return frame.t("stamp", values);
      const value = format(layer.entry(row, column));
      if (K > 3) return `${frame.t("window_only", values)} ${value}`;
      const products = [...marks.big].map((cell, tap) => {
        const [i, j] = cell.split(",").map(Number);
        return `${enclosed(layer.w.data[tap])}·${layer.padded(i, j)}`;
      });
      return frame.t("window", { ...values, sum: `${products.join(" + ")} = ${value}` });
    }
  }

  figure("ConvolutionArithmetic", (frame) => new ConvolutionArithmetic(frame));
}

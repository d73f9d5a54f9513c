// Figure Pooling: every window gives one number; a shift of the image changes some of them.
{
  // Zeros around a bright stroke, so that two pixels of shift push nothing out.
  const IMAGE = ["00000000", "00000000", "00295000", "00074300", "00000000", "00000000"];
  const ROWS = IMAGE.length, COLUMNS = IMAGE[0].length;
  const UNMOVED = math.tensor([1, ROWS, COLUMNS], IMAGE.flatMap((row) => [...row].map(Number)));

  /** @extends {Looking<"Pooling">} */
  class Pooling extends Looking {
    formula = element("p", { class: "cnn-formula" });

    /** @param {Frame<"Pooling">} frame */
    constructor(frame) {
      super(frame);
      this.input = new Grid(frame, { look: this.look("input") });
      this.output = new Grid(frame, { look: this.look("output"), size: 44,
        pick: (row, column) => {
          frame.stop();
          frame.set({ step: row * this.output.columns + column });
        } });
      frame.stage.append(
        element("div", { class: "cnn-panels" }, this.input.element, this.output.element),
        this.formula);
      frame.row(frame.choice("mode"));
      frame.row(
        frame.slider("kernel_size", { symbol: "K" }), frame.slider("stride", { symbol: "S" }),
        frame.slider("right"), frame.slider("down"));
      frame.row(frame.player("step"));
    }

    draw() {
      const { mode, kernel_size: K, stride: S, right, down } = this.frame.state;
      const x = math.shift2d(UNMOVED, down, right);
      const pooled = math.pool2d(x, K, { stride: S, mode });
      const before = math.pool2d(UNMOVED, K, { stride: S, mode });
      const [, rows, columns] = pooled.shape;
      this.forget({ input: [ROWS, COLUMNS], output: [rows, columns] });
      const changed = pooled.data.map((value, index) => Number(value !== before.data[index]));
      this.drawInput(x, pooled);
      this.drawOutput(pooled, changed);
      this.describe(x, pooled, changed);
    }

    /** The cell that is looked at, else the output of the present step. @param {number} columns */
    at(columns) {
      const { step } = this.frame.state;
      return this.looked
        ?? { grid: "output", row: Math.floor(step / columns), column: step % columns };
    }

    /**
     * Whether the window of the output (j, k) holds the pixel (i, l).
     * @param {number} j @param {number} k @param {number} i @param {number} l
     */
    holds(j, k, i, l) {
      const { kernel_size: K, stride: S } = this.frame.state;
      return i >= j * S && i < j * S + K && l >= k * S && l < k * S + K;
    }

    /** @param {Tensor} x @param {Tensor} pooled */
    drawInput(x, { shape: [, , columns], data }) {
      const { frame, input } = this, { mode, kernel_size: K, stride: S } = frame.state;
      const { grid, row, column } = this.at(columns), shown = grid === "output";
      const value = data[row * columns + column];
      /** @param {number} i @param {number} j */
      const pixel = (i, j) => x.data[i * COLUMNS + j];
      // Under the window every cell takes part; the maximum is decided by one kind of cell alone.
      /** @param {number} i @param {number} j */
      const counts = (i, j) =>
        this.holds(row, column, i, j) && (mode !== "max" || pixel(i, j) === value);
      const [seenRows, seenColumns] =
        [ROWS, COLUMNS].map((size) => math.coverage(size, K, S).map((windows) => windows > 0));
      input.shape(frame.t("input"), ROWS, COLUMNS);
      input.paint((i, j) => ({
        text: format(pixel(i, j)),
        kind: (pixel(i, j) ? "" : "pad") + (seenRows[i] && seenColumns[j] ? "" : " unseen") +
          ((shown ? counts(i, j) : i === row && j === column) ? " on" : ""),
      }));
      input.outline(shown ? [[row * S, column * S, K, K, "window"]] : []);
    }

    /** @param {Tensor} pooled @param {Float64Array} changed */
    drawOutput({ shape: [, rows, columns], data }, changed) {
      const { frame, output } = this, { grid, row, column } = this.at(columns);
      const shown = grid === "output";
      output.shape(frame.t("output", { rows, columns }), rows, columns);
      output.paint((j, k) => {
        const on = shown ? j === row && k === column : this.holds(j, k, row, column);
        const index = j * columns + k;
        return { text: format(data[index], frame.state.mode === "max" ? 0 : 1),
          kind: (changed[index] ? "changed" : "output") + (on ? " on" : "") };
      });
      output.outline(shown ? [[row, column, 1, 1, "window"]] : []);
    }

    /**
     * The formula and the words.
     * @param {Tensor} x @param {Tensor} pooled @param {Float64Array} changed
     */
    describe(x, { shape: [, rows, columns], data }, changed) {
      const { frame } = this, { right, down } = frame.state, at = this.at(columns);
      const place = frame.t("cell", { row: at.row, column: at.column });
      const pixels = x.data.filter((v, index) => v !== UNMOVED.data[index]).length;
      const verdict = right || down ? frame.t("changed", { total: rows * columns, pixels,
        changed: changed.filter(Boolean).length, of: ROWS * COLUMNS }) : frame.t("still");
      if (at.grid === "output") {
        const value = format(data[at.row * columns + at.column]);
        this.formula.replaceChildren(
          element("span", { class: "cnn-numbers" }, `${this.sum(x, at)} = `),
          element("strong", {}, value));
        return frame.say(`${frame.t("window", { place, value })} ${verdict}`);
      }
      this.formula.replaceChildren(" ");
      let windows = 0;
      for (let j = 0; j < rows; j++)
        for (let k = 0; k < columns; k++) windows += Number(this.holds(j, k, at.row, at.column));
      const value = x.data[at.row * COLUMNS + at.column];
      frame.say(`${frame.t("pixel", { place, value, windows })} ${verdict}`);
    }

    /** How the numbers under a window become one. @param {Tensor} x @param {Looked} at */
    sum(x, { row, column }) {
      const { mode, kernel_size: K, stride: S } = this.frame.state;
      const numbers = [];
      for (let m = 0; m < K; m++)
        for (let n = 0; n < K; n++) numbers.push(x.data[(row * S + m) * COLUMNS + column * S + n]);
      if (mode === "max") return `max(${numbers.join(", ")})`;
      if (mode === "average") return `(${numbers.join(" + ")}) / ${K * K}`;
      return `√(${numbers.map((v) => `${v}²`).join(" + ")})`;
    }
  }

  figure("Pooling", (frame) => new Pooling(frame));
}

// Figure FromDenseToConvolution: one matrix in three stages; equal colors are one and the same
// weight.
{
  /** @extends {Looking<"FromDenseToConvolution">} */
  class FromDenseToConvolution extends Looking {
    counts = element("ul", { class: "cnn-counts" });

    /** @param {Frame<"FromDenseToConvolution">} frame */
    constructor(frame) {
      super(frame);
      /** @type {Stage[]} */
      this.stages = choices(frame.name, "stage", frame.state);
      this.pixels = new Grid(frame, { size: 30 });
      this.matrix = new Grid(frame, { look: this.look("matrix"), size: 30,
        pick: (row) => { frame.stop(); frame.set({ unit: row }); } });
      frame.stage.append(
        element("div", { class: "cnn-panels" },
          element("div", { class: "cnn-pile" }, this.pixels.element, this.matrix.element),
          this.counts));
      frame.lines = () => [{ columns: [[this.pixels, this.matrix]] }];
      frame.room = 380;
      frame.row(frame.choice("stage"));
      frame.row(frame.slider("input_size", { symbol: "I" }),
        frame.slider("kernel_size", { symbol: "K" }));
      frame.row(frame.player("unit"));
    }

    draw() {
      const { stage, input_size: I, kernel_size: K, unit } = this.frame.state;
      const layer = math.layerMatrix(stage, I, K), [rows] = layer.shape;
      this.forget({ matrix: [rows, I] });
      const at = this.looked?.row ?? unit;
      this.drawGrids(layer, at);
      this.count();
      this.describe(layer, at);
    }

    /** The weight under the pointer, by its number; 0 where there is none. @param {Tensor} layer */
    weight({ shape: [, columns], data }) {
      return this.looked ? data[this.looked.row * columns + this.looked.column] : 0;
    }

    /** @param {Tensor} layer @param {number} at the output that is looked at */
    drawGrids(layer, at) {
      const { frame, pixels, matrix } = this, { shape: [rows, I], data } = layer;
      const shared = frame.state.stage === "shared", weight = this.weight(layer);
      pixels.shape(frame.t("pixels", { size: I }), 1, I);
      pixels.paint((_, column) =>
        ({ text: `z${column}`, kind: data[at * I + column] > 0 ? "on" : "" }));
      matrix.shape(frame.t("matrix", { rows, columns: I }), rows, I);
      matrix.paint((row, column) => {
        const number = data[row * I + column], same = number === weight;
        if (!number) return { kind: "pad" };
        return {
          text: shared ? `w${number - 1}` : "w",
          kind: (shared ? "shared" : "kernel") + (same ? " on" : ""),
          fill: shared && !same ? fills.hue(number - 1) : "",
        };
      });
      matrix.outline([[at, 0, 1, I, "window"]]);
    }

    /** A bar for the weights of each stage. */
    count() {
      const { frame } = this, { stage, input_size: I, kernel_size: K } = frame.state;
      const most = math.weightCount("dense", I, K);
      this.counts.replaceChildren(...this.stages.map((other) => {
        const count = math.weightCount(other, I, K);
        const bar = element("span", { class: "cnn-count-bar" });
        bar.style.width = `${100 * count / most}%`;
        return element("li", { class: other === stage ? "now" : "" },
          element("span", {}, frame.t(`stage_${other}`)),
          element("span", { class: "cnn-track" }, bar),
          element("strong", { "data-count": other }, String(count)));
      }));
    }

    /** @param {Tensor} layer @param {number} unit */
    describe(layer, unit) {
      const { frame, looked } = this, { stage, input_size: I, kernel_size: K } = frame.state;
      const weight = this.weight(layer), [rows] = layer.shape;
      const uses = layer.data.filter((number) => number === weight).length;
      if (looked && weight)
        return frame.say(frame.t("weight", { row: looked.row, column: looked.column, uses }));
      const products = layer.data.filter((number) => number > 0).length;
      const weights = math.weightCount(stage, I, K);
      frame.say(frame.t(stage, { number: unit + 1, weights, products, K, I, rows }));
    }
  }

  figure("FromDenseToConvolution", (frame) => new FromDenseToConvolution(frame));
}

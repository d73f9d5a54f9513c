// Figure Im2col: a window of the image is a column of the matrix, and both light up together.
{
  const CHANNELS = [["20131", "14021", "03112", "21040"], ["01302", "22011", "40123", "10210"]];
  const ROWS = CHANNELS[0].length, COLUMNS = CHANNELS[0][0].length;
  const KERNELS = [[[1, 0, -1], [2, 1, -2], [1, 0, -1]], [[0, 1, 1], [1, -3, 1], [0, 1, 2]]];
  const BYTES = 4; // of a float32

  /**
   * A pixel of the padded image.
   * @typedef {{ c: number, i: number, j: number }} Pixel
   */

  /** The numbers of the layer, and which pixel each entry of the matrix copies. */
  class Layer {
    /** @param {States["Im2col"]} state */
    constructor({ channels: C, kernel_size: K, padding: P, stride: S, dilation: D }) {
      this.settings = { K, S, D };
      this.x = math.tensor([C, ROWS, COLUMNS],
        CHANNELS.slice(0, C).flatMap((plane) => plane.flatMap((row) => [...row].map(Number))));
      this.padded = math.pad2d(this.x, P);
      this.matrix = math.im2col(this.x, K, { padding: P, stride: S, dilation: D });
      this.weights = math.tensor([1, C * K * K],
        KERNELS.slice(0, C).flatMap(
          (kernel) => kernel.slice(0, K).flatMap((row) => row.slice(0, K))));
      this.out = math.matmul(this.weights, this.matrix);
      const [, high, across] = this.padded.shape;
      this.rows = math.outputSize(high, K, 0, S, D);
      this.columns = math.outputSize(across, K, 0, S, D);
    }

    /**
     * Where an entry of the matrix comes from.
     * @param {number} row @param {number} column @returns {Pixel}
     */
    source(row, column) {
      const { columns, settings: { K, S, D } } = this;
      return {
        c: Math.floor(row / (K * K)),
        i: Math.floor(column / columns) * S + Math.floor(row / K) % K * D,
        j: column % columns * S + row % K * D,
      };
    }

    /** @param {number} row @param {number} column @param {Pixel} pixel */
    copies(row, column, pixel) {
      const { c, i, j } = this.source(row, column);
      return c === pixel.c && i === pixel.i && j === pixel.j;
    }

    /** Whether a window holds a pixel. @param {number} column @param {Pixel} pixel */
    holds(column, pixel) {
      return Array.from({ length: this.matrix.shape[0] }, (_, row) => row)
        .some((row) => this.copies(row, column, pixel));
    }
  }

  /** @extends {Looking<"Im2col">} */
  class Im2col extends Looking {
    bytes = element("p", { class: "cnn-formula" });

    /** @param {Frame<"Im2col">} frame */
    constructor(frame) {
      super(frame);
      /** @param {() => number} step */
      const go = (step) => { frame.stop(); frame.set({ step: step() }); };
      this.slots = CHANNELS.map(
        (_, c) => new Grid(frame, { look: this.look(`image${c}`), size: 28 }));
      this.columns = new Grid(frame, { look: this.look("columns"), size: 26,
        pick: (_, column) => go(() => column) });
      this.weights = new Grid(frame, { size: 26 });
      this.product = new Grid(frame, { size: 26 });
      this.map = new Grid(frame, { look: this.look("map"), size: 30,
        pick: (row, column) => go(() => row * this.map.columns + column) });
      const piles = [[...this.slots, this.map], [this.weights, this.columns, this.product]];
      frame.stage.append(element("div", { class: "cnn-panels" }, ...piles.map((pile) =>
        element("div", { class: "cnn-pile" }, ...pile.map((grid) => grid.element)))), this.bytes);
      frame.lines = () => [{ columns: piles }];
      frame.room = 400;
      frame.row(frame.slider("channels", { symbol: "C" }),
        frame.slider("kernel_size", { symbol: "K" }), frame.slider("padding", { symbol: "P" }),
        frame.slider("stride", { symbol: "S" }), frame.slider("dilation", { symbol: "D" }));
      frame.row(frame.player("step"));
    }

    draw() {
      const layer = new Layer(this.frame.state), { rows, columns } = layer;
      const [C, high, across] = layer.padded.shape, [height, length] = layer.matrix.shape;
      this.forget({ map: [rows, columns], columns: [height, length], image0: [high, across],
        image1: C > 1 ? [high, across] : [0, 0] });
      const lit = this.lit(layer);
      this.slots.forEach((slot, c) => {
        slot.element.hidden = c >= C;
        if (c < C) this.drawImage(c, layer, lit);
      });
      this.drawMatrix(layer, lit);
      this.drawOutput(layer, lit.column);
      const [few, many] = [layer.x, layer.matrix].map(({ data }) => BYTES * data.length);
      this.bytes.replaceChildren(this.frame.t("bytes", { few }), " ",
        element("strong", { "data-count": "bytes" }, String(many)), " ",
        this.frame.t("times", { times: format(many / few, 1) }));
      this.describe(layer, lit);
    }

    /**
     * What lights up: a whole window and its column; or, under the pointer, one pixel and its
     * copies.
     * @param {Layer} layer @returns {{ pixel: Pixel | null, column: number, row: number }}
     */
    lit(layer) {
      const { looked } = this, { step } = this.frame.state;
      if (!looked) return { pixel: null, column: step, row: -1 };
      const { grid, row, column } = looked;
      if (grid === "map") return { pixel: null, column: row * layer.columns + column, row: -1 };
      if (grid === "columns") return { pixel: layer.source(row, column), column, row };
      return { pixel: { c: Number(grid[5]), i: row, j: column }, column: -1, row: -1 };
    }

    /** The corner of a window. @param {Layer} layer @param {number} column */
    corner({ columns, settings: { S } }, column) {
      return [Math.floor(column / columns) * S, column % columns * S];
    }

    /** @param {number} c @param {Layer} layer @param {ReturnType<Im2col["lit"]>} lit */
    drawImage(c, layer, { pixel, column }) {
      const { padding: P } = this.frame.state, { K, D } = layer.settings, slot = this.slots[c];
      const { shape: [, high, across], data } = layer.padded;
      slot.shape(this.frame.t("image", { c, rows: ROWS, columns: COLUMNS }), high, across);
      slot.paint((i, j) => {
        const pad = i < P || j < P || i >= high - P || j >= across - P;
        const on = pixel ? pixel.c === c && pixel.i === i && pixel.j === j
          : layer.holds(column, { c, i, j });
        return { text: format(data[(c * high + i) * across + j]),
          kind: (pad ? "pad" : "") + (on ? " on" : "") };
      });
      const extent = math.effectiveKernelSize(K, D), [row, left] = this.corner(layer, column);
      /** @type {Outline[]} */
      const window = column < 0 ? [] : [[row, left, extent, extent, "window"]];
      slot.outline([...window, ...edge(high, across, P)]);
    }

    /** @param {Layer} layer @param {ReturnType<Im2col["lit"]>} lit */
    drawMatrix(layer, { pixel, column, row: tap }) {
      const { frame, columns, weights } = this, { shape: [rows, length], data } = layer.matrix;
      columns.shape(frame.t("columns", { rows, columns: length }), rows, length);
      columns.paint((row, place) => ({ text: format(data[row * length + place]),
        kind: (pixel ? layer.copies(row, place, pixel) : place === column) ? "on" : "" }));
      columns.outline(column < 0 ? [] : [[0, column, rows, 1, "window"]]);
      weights.shape(frame.t("weights"), 1, rows);
      weights.paint((_, row) => ({ text: format(layer.weights.data[row]),
        kind: `kernel${row === tap ? " on" : ""}` }));
    }

    /**
     * The product, and the map that it fills up to here.
     * @param {Layer} layer @param {number} column
     */
    drawOutput(layer, column) {
      const { frame, product, map } = this, { rows, columns, out: { data } } = layer;
      /** @param {number} place @returns {Cell} */
      const cell = (place) => ({
        text: place <= frame.state.step || place === column ? format(data[place]) : "",
        kind: `output${place === column ? " on" : ""}`,
      });
      product.shape(frame.t("product"), 1, rows * columns);
      product.paint((_, place) => cell(place));
      map.shape(frame.t("map", { rows, columns }), rows, columns);
      map.paint((j, k) => cell(j * columns + k));
      map.outline(column < 0 ? []
        : [[Math.floor(column / columns), column % columns, 1, 1, "window"]]);
    }

    /** @param {Layer} layer @param {ReturnType<Im2col["lit"]>} lit */
    describe(layer, { pixel, column }) {
      const { frame } = this, { shape: [rows, length], data } = layer.matrix;
      if (pixel) {
        const copies = data.filter((_, index) =>
          layer.copies(Math.floor(index / length), index % length, pixel)).length;
        const place = frame.t("cell", { row: pixel.i, column: pixel.j });
        return frame.say(frame.t("pixel", { c: pixel.c, place, copies }));
      }
      const products = Array.from({ length: rows }, (_, row) =>
        `${enclosed(layer.weights.data[row])}·${data[row * length + column]}`);
      frame.say(frame.t("column", { column: column + 1, count: length,
        sum: `${products.join(" + ")} = ${format(layer.out.data[column])}` }));
    }
  }

  figure("Im2col", (frame) => new Im2col(frame));
}

// Figure ConvolutionArithmetic: the window slides, and a few integers decide where.
{
  const PLAIN = { transposed: false, dimensions: 2, step: 0, padding: 0, stride: 1, dilation: 1,
    padding_mode: /** @type {const} */ ("zeros"), channels: /** @type {const} */ (1),
    groups: /** @type {const} */ (1) };
  const CASES = {
    case_valid: { ...PLAIN, input_size: 6, kernel_size: 3 },
    case_full: { ...PLAIN, input_size: 5, kernel_size: 3, padding: 2 },
    case_strides: { ...PLAIN, input_size: 7, kernel_size: 3, stride: 2 },
    case_both: { ...PLAIN, input_size: 6, kernel_size: 3, padding: 1, stride: 2 },
    case_dilation: { ...PLAIN, input_size: 7, kernel_size: 3, dilation: 2 },
    case_circular: { ...PLAIN, input_size: 6, kernel_size: 3, padding: 1,
      padding_mode: /** @type {const} */ ("circular") },
    case_causal: { ...PLAIN, dimensions: 1, input_size: 8, kernel_size: 3, dilation: 2,
      padding_mode: /** @type {const} */ ("causal") },
    case_groups: { ...PLAIN, input_size: 4, kernel_size: 3, padding: 1,
      channels: /** @type {const} */ (4), groups: /** @type {const} */ (4) },
    case_volume: { ...PLAIN, dimensions: 3, input_size: 4, kernel_size: 2 },
  };
  /** Products that fit into a line of words. */
  const FEW = 9;

  /** @extends {Looking<"ConvolutionArithmetic">} */
  class ConvolutionArithmetic extends Looking {
    panels = element("div", { class: "cnn-panels" });
    formula = element("div", { class: "cnn-formula" });
    verdict = element("p", { class: "cnn-note" });
    code = element("code", {});

    /** @param {Frame<"ConvolutionArithmetic">} frame */
    constructor(frame) {
      super(frame);
      /** @type {{ [grid in GridName]: Grid }} */
      this.grids = {
        big: new Grid(frame, { look: this.look("big") }),
        kernel: new Grid(frame, { look: this.look("kernel") }),
        small: new Grid(frame, { look: this.look("small"), pick: (row, column) => {
          frame.stop();
          const { channel, place } = this.entry("small", row, column);
          frame.set({ step: flat(this.layer.sizes("small"), place, channel) });
        } }),
      };
      this.layer = new ConvolutionLayer(frame.state);
      this.forms = this.formed();
      frame.room = 268;
      frame.stage.append(this.panels, this.formula, this.verdict,
        element("p", { class: "cnn-line" }, this.code, " ", frame.copy(this.code)));
      this.controls();
    }

    controls() {
      const { frame } = this;
      const modes = frame.menu("padding_mode");
      frame.row(frame.menu("cases", CASES), frame.choice("dimensions", [1, 2, 3]),
        frame.choice("transposed", undefined, false));
      frame.row(frame.slider("input_size", { symbol: "I" }),
        frame.slider("kernel_size", { symbol: "K" }), frame.slider("padding", { symbol: "P" }),
        frame.slider("stride", { symbol: "S" }), frame.slider("dilation", { symbol: "D" }));
      frame.row(modes, frame.choice("channels"), frame.choice("groups"));
      frame.row(frame.player("step",
        { label: () => frame.t(frame.state.transposed ? "step_transposed" : "step") }));
      frame.controls.push({ refresh: () => { modes.hidden = frame.state.transposed; } });
    }

    draw() {
      const { state } = this.frame, layer = this.layer = new ConvolutionLayer(state);
      this.forms = this.formed();
      this.forget(Object.fromEntries(Object.entries(this.forms).map(
        ([name, { rows, columns }]) => [name, [rows, columns]])));
      const { grid, at, filter } = this.at(), marks = new Marks(layer, grid, at, filter);
      this.order(state.transposed);
      this.drawKernel(grid, filter, marks);
      if (state.transposed) this.drawTransposed(marks);
      else this.drawConvolution(marks);
      this.outline(grid, at);
      this.formula.replaceChildren(...this.equations());
      this.verdict.textContent = this.judge();
      this.code.textContent = torchLine(state);
      this.frame.say(this.describe(grid, at, marks));
    }

    /**
     * How a tensor is laid out: channels of a row one below the other, channels of a grid and the
     * slices of a cube side by side.
     * @param {GridName} name
     */
    form(name) {
      const { state, each } = this.layer, [depth, height, width] = this.layer.sizes(name);
      const channels = name === "kernel" ? each : state.channels;
      return { rows: state.dimensions === 1 ? channels : height, block: width,
        columns: width * (state.dimensions === 1 ? 1 : channels * depth) };
    }

    formed() {
      return { big: this.form("big"), kernel: this.form("kernel"), small: this.form("small") };
    }

    /** @param {GridName} name @param {number} row @param {number} column @returns {Entry} */
    entry(name, row, column) {
      const { dimensions } = this.layer.state, { block } = this.forms[name];
      const tile = Math.floor(column / block), place = column % block;
      if (dimensions === 1) return { channel: row, place: [0, 0, column] };
      if (dimensions === 2) return { channel: tile, place: [0, row, place] };
      return { channel: 0, place: [tile, row, place] };
    }

    /** What is looked at, else the present step's entry; and the filter whose kernels are shown. */
    at() {
      const { layer, looked } = this, [depth, height, width] = layer.sizes("small");
      const { step } = layer.state, each = depth * height * width;
      const filter = Math.floor(step / each), rest = step % each;
      if (!looked) {
        const place = /** @type {Place} */ ([Math.floor(rest / (height * width)),
          Math.floor(rest / width) % height, rest % width]);
        return { grid: /** @type {GridName} */ ("small"), at: { channel: filter, place }, filter };
      }
      const grid = /** @type {GridName} */ (looked.grid);
      const at = this.entry(grid, looked.row, looked.column);
      if (grid === "small") return { grid, at, filter: at.channel };
      // A filter that reads the channel that is looked at.
      const own = grid === "kernel" || layer.group(filter) === layer.group(at.channel);
      return { grid, at, filter: own ? filter : layer.group(at.channel) };
    }

    /** What is computed comes last. @param {boolean} transposed */
    order(transposed) {
      if (this.panels.dataset.transposed === String(transposed)) return;
      const { big, kernel, small } = this.grids;
      const grids = transposed ? [small, kernel, big] : [big, kernel, small];
      this.panels.replaceChildren(...grids.map((grid) => grid.element));
      this.panels.dataset.transposed = String(transposed);
      this.frame.lines = () => [{ columns: grids.map((grid) => [grid]) }];
    }

    /**
     * A size in words.
     * @param {"input" | "big" | "taps" | "small" | "output" | "extent"} key
     * @param {number} channels
     */
    by(key, channels = Number(this.layer.state.channels)) {
      const sizes = this.layer.axes.slice(-this.layer.state.dimensions).map((axis) => axis[key]);
      return [...(channels > 1 ? [channels] : []), ...sizes].join(" × ");
    }

    /**
     * Draws one of the grids.
     * @param {GridName} name @param {string} title @param {(at: Entry) => Cell} cell
     */
    paint(name, title, cell) {
      const { rows, columns, block } = this.forms[name], grid = this.grids[name];
      grid.shape(title, rows, columns, block);
      grid.paint((row, column) => cell(this.entry(name, row, column)));
    }

    /** @param {GridName} grid @param {number} filter @param {Marks} marks */
    drawKernel(grid, filter, marks) {
      const { frame, layer } = this, { dilation: D, channels } = layer.state;
      const title = frame.t(D > 1 ? "kernel_dilated" : "kernel",
        { size: this.by("taps", layer.each), extent: this.by("extent", 1) });
      const named = channels > 1 ? frame.t("of_filter", { title, filter }) : title;
      this.paint("kernel", named, (at) => ({
        text: format(layer.weight(filter, at.channel, at.place)),
        kind: `kernel${grid !== "small" && marks.has("kernel", at) ? " on" : ""}`,
      }));
    }

    /** The padded input and the output. @param {Marks} marks */
    drawConvolution(marks) {
      const { frame, layer } = this, padded = layer.axes.some((axis) => axis.big > axis.input);
      const title = frame.t(padded ? "input_padded" : "input",
        { size: this.by("input"), padded: this.by("big", 1) });
      this.paint("big", title, (at) => ({
        text: format(layer.bigNumber(at)),
        kind: (layer.inside(at.place) ? "" : "pad") + (layer.seen(at.place) ? "" : " unseen") +
          (marks.has("big", at) ? " on" : ""),
      }));
      const sizes = layer.sizes("small"), { out } = layer;
      this.paint("small", frame.t("output", { size: this.by("small") }), (at) => ({
        text: format(out?.[flat(sizes, at.place, at.channel)] ?? 0),
        kind: `output${marks.has("small", at) ? " on" : ""}`,
      }));
    }

    /** The input, and how many products each entry of the output receives. @param {Marks} marks */
    drawTransposed(marks) {
      const { frame, layer } = this, { padding: P } = layer.state;
      this.paint("small", frame.t("input", { size: this.by("input") }), (at) => ({
        text: format(layer.input(at.channel, at.place)),
        kind: marks.has("small", at) ? " on" : "",
      }));
      const most = layer.coverage.reduce((product, axis) => product * Math.max(...axis), 1);
      this.paint("big", frame.t(P ? "counts_cut" : "counts", { size: this.by("output") }), (at) => {
        const on = marks.has("big", at), inside = layer.inside(at.place);
        return {
          text: String(layer.products(at.place)),
          kind: (inside ? "count" : "pad") + (on ? " on" : ""),
          fill: inside && !on ? fills.amount(layer.seen(at.place) / most) : "",
        };
      });
    }

    /** The windows of the entry that is looked at, and where the padding begins. */
    outline(/** @type {GridName} */ grid, /** @type {Entry} */ at) {
      const { layer, grids } = this, { dimensions, channels } = layer.state;
      const [depth, rows, columns] = layer.axes, shown = grid === "small";
      const first = layer.group(at.channel);
      /** The rectangle of a channel or a slice. @type {(tile: number, place: number[],
       *   size: number[], name: GridName, kind: string) => Outline} */
      const one = (tile, [row, column], [high, wide], name, kind) => (dimensions === 1
        ? [tile, column, 1, wide, kind]
        : [row, tile * this.forms[name].block + column, high, wide, kind]);
      const corner = [at.place[1] * rows.stride, at.place[2] * columns.stride];
      const tiles = dimensions === 3
        ? Array.from({ length: depth.taps },
          (_, m) => at.place[0] * depth.stride + m * depth.dilation)
        : Array.from({ length: layer.each }, (_, index) => first + index);
      const windows = shown ? tiles.map((tile) =>
        one(tile, corner, [rows.extent, columns.extent], "big", "window")) : [];
      const all = dimensions === 3 ? depth.big - depth.before - depth.after : channels;
      const edges = layer.axes.every((axis) => !axis.before && !axis.after) ? []
        : Array.from({ length: all }, (_, index) => one(index + depth.before,
          [rows.before, columns.before], [rows.big - rows.before - rows.after,
            columns.big - columns.before - columns.after], "big", "edge"));
      grids.big.outline([...windows, ...edges]);
      const tile = dimensions === 3 ? at.place[0] : at.channel;
      grids.small.outline(shown
        ? [one(tile, [at.place[1], at.place[2]], [1, 1], "small", "window")] : []);
    }

    /** The formulas with their numbers. */
    equations() {
      const { state, axes, mode } = this.layer, { extent, output } = axes[2];
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
      const usual = line("O", "⌊(I + 2P − K′) / S⌋ + 1",
        `⌊(${I} + 2 · ${P} − ${extent}) / ${S}⌋ + 1 = ⌊${exact}⌋ + 1`, output);
      if (mode !== "causal") return [first, usual];
      const time = line(state.dimensions > 1 ? "Oₜ" : "O", "⌊(I − 1) / S⌋ + 1",
        `⌊(${I} − 1) / ${S}⌋ + 1`, axes[3 - state.dimensions].output);
      return state.dimensions > 1 ? [time, usual] : [first, time];
    }

    /** What the sizes do to the edge of the input. */
    judge() {
      const { frame, layer: { state, axes, coverage, each, mode } } = this;
      if (state.transposed) {
        /** @param {(...counts: number[]) => number} pick */
        const product = (pick) => axes.reduce((count, { before, after, big }, axis) =>
          count * pick(...coverage[axis].slice(before, big - after)), each);
        const [least, most] = [product(Math.min), product(Math.max)];
        return frame.t(least === most ? "even" : "uneven", { least, most });
      }
      if (mode === "causal") return frame.t("causal");
      const { big, extent, stride } = axes[2], rest = (big - extent) % stride;
      if (rest) return frame.t("leftover", { fraction: `${rest}/${stride}` });
      if (mode === "circular" && state.padding) return frame.t("circular");
      return frame.t(coverage.some((axis) => axis.includes(0)) ? "unseen" : "fits");
    }

    /** Where an entry is, in words. @param {Entry} at @param {boolean} told if its channel is */
    place({ channel, place: [slice, row, column] }, told = this.layer.state.channels > 1) {
      const { frame } = this, { dimensions } = this.layer.state;
      const words = dimensions === 1 ? frame.t("position", { column })
        : frame.t("cell", { row, column });
      if (dimensions === 3) return `${frame.t("slice", { slice })}, ${words}`;
      return told ? `${frame.t("channel", { channel })}, ${words}` : words;
    }

    /** @param {GridName} grid @param {Entry} at @param {Marks} marks @returns {string} */
    describe(grid, at, marks) {
      const { frame, layer } = this, { state, each } = layer;
      const sizes = layer.sizes("small"), step = flat(sizes, at.place, at.channel) + 1;
      const count = state.channels * sizes.reduce((a, b) => a * b);
      const values = { place: this.place(at), step, count, cells: marks.count("big") };
      if (grid === "kernel")
        return frame.t("tap", { ...values, place: this.place(at, each > 1) });
      const windows = marks.count("kernel") && layer.seen(at.place);
      if (grid === "big") return state.transposed
        ? frame.t("overlap", { ...values, windows: windows * each })
        : frame.t("pixel", { ...values, windows });
      if (state.transposed) return frame.t("stamp", { ...values, cells: values.cells * each });
      const value = format(layer.out?.[step - 1] ?? 0), taps = [...places(layer.sizes("kernel"))];
      if (taps.length * each > FEW) return frame.t("window_value", { ...values, value });
      const first = layer.group(at.channel);
      const products = Array.from({ length: each }, (_, c) => taps.map((tap) => {
        const place = /** @type {Place} */ (layer.axes.map(({ stride, dilation }, axis) =>
          at.place[axis] * stride + tap[axis] * dilation));
        return `${enclosed(layer.weight(at.channel, c, tap))}·` +
          layer.bigNumber({ channel: first + c, place });
      })).flat();
      return frame.t("window", { ...values, sum: `${products.join(" + ")} = ${value}` });
    }
  }

  figure("ConvolutionArithmetic", (frame) => new ConvolutionArithmetic(frame));
}

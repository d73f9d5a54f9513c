// Figure ChannelSum: each channel meets its own kernel; the parts and one bias add up to a number.
{
  const CHANNELS = [
    ["20131", "14021", "03112", "21040"],
    ["01302", "22011", "40123", "10210"],
    ["31014", "02213", "12030", "01102"],
  ];
  const ROWS = CHANNELS[0].length, COLUMNS = CHANNELS[0][0].length;
  const KERNELS = [ // of filter 0, then of filter 1: rows of the largest size
    [[[1, 0, -1], [2, 0, -2], [1, 0, -1]],
     [[0, 1, 0], [1, -3, 1], [0, 1, 0]],
     [[1, 1, 0], [1, 0, -1], [0, -1, -1]]],
    [[[-1, 1, 0], [1, 1, 0], [0, 1, -1]],
     [[2, 0, 1], [-1, 0, 1], [0, 0, -2]],
     [[1, -1, 1], [0, 2, 0], [-1, 0, 1]]],
  ];
  const BIASES = [1, -2];

  /**
   * Where a weight or a pixel is: its channel, and its place from the window's corner.
   * @typedef {{ c: number, m: number, n: number }} Tap
   */
  /**
   * An entry of a filter's map.
   * @typedef {{ f: number, row: number, column: number }} Entry
   */

  /** The numbers of the layer. */
  class Layer {
    /** @param {States["ChannelSum"]} state */
    constructor({ channels: C, filters: F, kernel_size: K, padding: P }) {
      const pixels = CHANNELS.slice(0, C)
        .flatMap((rows) => rows.flatMap((row) => [...row].map(Number)));
      const weights = KERNELS.slice(0, F).flatMap((filter) => filter.slice(0, C).flatMap(
        (kernel) => kernel.slice(0, K).flatMap((row) => row.slice(0, K))));
      this.x = math.pad2d(math.tensor([C, ROWS, COLUMNS], pixels), P);
      this.w = math.tensor([F, C, K, K], weights);
      this.out = math.conv2d(this.x, this.w, BIASES);
    }

    /** @param {number} c @param {number} i @param {number} j */
    pixel(c, i, j) {
      const [, high, wide] = this.x.shape;
      return this.x.data[(c * high + i) * wide + j];
    }

    /** @param {number} f @param {number} c @param {number} m @param {number} n */
    weight(f, c, m, n) {
      const [, C, K] = this.w.shape;
      return this.w.data[((f * C + c) * K + m) * K + n];
    }

    /** @param {number} f @param {number} row @param {number} column */
    entry(f, row, column) {
      const [, rows, columns] = this.out.shape;
      return this.out.data[(f * rows + row) * columns + column];
    }

    /** What each channel adds to an entry. @param {Entry} at */
    parts({ f, row, column }) {
      const [, C, K] = this.w.shape;
      return Array.from({ length: C }, (_, c) => {
        let part = 0;
        for (let m = 0; m < K; m++)
          for (let n = 0; n < K; n++)
            part += this.weight(f, c, m, n) * this.pixel(c, row + m, column + n);
        return part;
      });
    }
  }

  /** @extends {Looking<"ChannelSum">} */
  class ChannelSum extends Looking {
    sum = element("p", { class: "cnn-formula" });
    counts = element("div", { class: "cnn-formula" });

    /** @param {Frame<"ChannelSum">} frame */
    constructor(frame) {
      super(frame);
      this.slots = CHANNELS.map((_, c) => this.slot(c));
      this.maps = KERNELS.map((_, f) => this.map(f));
      frame.stage.append(
        element("div", { class: "cnn-columns" }, ...this.slots.map(({ element }) => element)),
        this.sum,
        element("div", { class: "cnn-panels" }, ...this.maps.map((map) => map.element)),
        this.counts);
      frame.lines = () => [
        { columns: this.slots.map(({ channel, kernel }) => [channel, kernel]), whole: true },
        { columns: this.maps.map((map) => [map]) }];
      frame.room = 370;
      this.which = frame.choice("filter", KERNELS.map((_, f) => f));
      frame.row(frame.slider("channels", { symbol: "C" }), frame.slider("filters", { symbol: "F" }),
        frame.slider("kernel_size", { symbol: "K" }), frame.slider("padding", { symbol: "P" }));
      frame.row(this.which, frame.player("step"));
    }

    /** A channel, its kernel below, and their part of the sum. @param {number} c */
    slot(c) {
      const channel = new Grid(this.frame, { look: this.look(`channel${c}`), size: 30 });
      const kernel = new Grid(this.frame, { look: this.look(`kernel${c}`), size: 30 });
      const part = element("div", { class: "cnn-part" });
      const box = element("div", {}, channel.element, kernel.element, part);
      return { channel, kernel, part, element: box };
    }

    /** @param {number} f @returns {Grid} */
    map(f) {
      const map = new Grid(this.frame, { look: this.look(`map${f}`), size: 30,
        pick: (row, column) => {
          this.frame.stop();
          this.frame.set({ filter: f, step: row * map.columns + column });
        } });
      return map;
    }

    draw() {
      const { frame } = this, { channels: C, filters: F, kernel_size: K } = frame.state;
      const layer = new Layer(frame.state);
      const [, high, wide] = layer.x.shape, [, rows, columns] = layer.out.shape;
      this.forget(Object.fromEntries([0, 1, 2].flatMap((index) => [
        [`channel${index}`, index < C ? [high, wide] : [0, 0]],
        [`kernel${index}`, index < C ? [K, K] : [0, 0]],
        [`map${index}`, index < F ? [rows, columns] : [0, 0]]])));
      const at = this.at(columns), tap = this.tap(at);
      this.which.hidden = F === 1;
      this.slots.forEach(({ element: box }, c) => {
        box.hidden = c >= C;
        if (!box.hidden) this.drawSlot(c, layer, at, tap);
      });
      this.maps.forEach((map, f) => {
        map.element.hidden = f >= F;
        if (!map.element.hidden) this.drawMap(f, layer, at);
      });
      this.count(layer);
      this.write(layer, at);
      frame.say(tap ? this.tapWords(layer, at, tap) : this.entryWords(layer, at));
    }

    /** The entry that is shown. @param {number} columns @returns {Entry} */
    at(columns) {
      const { filter, step } = this.frame.state, { looked } = this;
      if (looked?.grid.startsWith("map"))
        return { f: Number(looked.grid[3]), row: looked.row, column: looked.column };
      return { f: filter, row: Math.floor(step / columns), column: step % columns };
    }

    /**
     * What the reader points at, in a kernel or in a channel.
     * @param {Entry} at @returns {Tap | null}
     */
    tap({ row, column }) {
      const { looked } = this;
      if (!looked || looked.grid.startsWith("map")) return null;
      const c = Number(looked.grid.slice(-1)), inChannel = looked.grid.startsWith("channel");
      const corner = inChannel ? [row, column] : [0, 0];
      return { c, m: looked.row - corner[0], n: looked.column - corner[1] };
    }

    /**
     * One channel, its kernel and their part.
     * @param {number} c @param {Layer} layer @param {Entry} at @param {Tap | null} tap
     */
    drawSlot(c, layer, at, tap) {
      const { frame } = this, { kernel_size: K, padding: P } = frame.state, { f, row, column } = at;
      const { channel, kernel, part } = this.slots[c], [, high, wide] = layer.x.shape;
      /** @param {number} m @param {number} n */
      const on = (m, n) => (tap ? tap.c === c && tap.m === m && tap.n === n
        : m >= 0 && m < K && n >= 0 && n < K);
      channel.shape(frame.t("channel", { c }), high, wide);
      channel.paint((i, j) => {
        const pad = i < P || j < P || i >= high - P || j >= wide - P;
        return { text: format(layer.pixel(c, i, j)),
          kind: (pad ? "pad" : "") + (on(i - row, j - column) ? " on" : "") };
      });
      channel.outline([[row, column, K, K, "window"], ...edge(high, wide, P)]);
      kernel.shape(frame.t("kernel", { c, f }), K, K);
      kernel.paint((m, n) => ({ text: format(layer.weight(f, c, m, n)),
        kind: "kernel" + (tap && on(m, n) ? " on" : "") }));
      part.textContent = frame.t("part", { part: format(layer.parts(at)[c]) });
    }

    /** @param {number} f @param {Layer} layer @param {Entry} at */
    drawMap(f, layer, at) {
      const map = this.maps[f], [, rows, columns] = layer.out.shape;
      map.shape(this.frame.t("map", { f, rows, columns }), rows, columns);
      map.paint((j, k) => ({ text: format(layer.entry(f, j, k)),
        kind: "output" + (f === at.f && j === at.row && k === at.column ? " on" : "") }));
      map.outline(f === at.f ? [[at.row, at.column, 1, 1, "window"]] : []);
    }

    /** The parameters and the multiplications of the layer. @param {Layer} layer */
    count({ out: { shape: [, rows, columns] } }) {
      const { frame } = this, { channels: C, filters: F, kernel_size: K } = frame.state;
      /** @type {(name: string, symbols: string, numbers: string, result: number) => Element} */
      const line = (name, symbols, numbers, result) => element("p", {},
        element("span", { class: "cnn-symbols" }, symbols), ` = ${numbers} = `,
        element("strong", { "data-count": name }, String(result)), ` ${frame.t(name)}`);
      this.counts.replaceChildren(
        line("parameters", "F (C K² + 1)", `${F} · (${C} · ${K * K} + 1)`,
          math.convParameters(C, F, K, K)),
        line("multiplications", "F O O′ · C K²", `${F} · ${rows} · ${columns} · ${C} · ${K * K}`,
          math.convMultiplications(C, F, K, K, rows, columns)));
    }

    /** The sum of the parts and the bias. @param {Layer} layer @param {Entry} at */
    write(layer, at) {
      this.sum.replaceChildren(`${layer.parts(at).map(enclosed).join(" + ")} + `,
        element("span", { class: "cnn-bias" }, enclosed(BIASES[at.f])), " = ",
        element("strong", {}, format(layer.entry(at.f, at.row, at.column))));
    }

    /** @param {Layer} layer @param {Entry} at */
    entryWords(layer, at) {
      const { f, row, column } = at;
      return this.frame.t("entry", { f,
        place: this.frame.t("cell", { row, column }),
        parts: layer.parts(at).map((part) => format(part)).join(", "),
        bias: format(BIASES[f]), value: format(layer.entry(f, row, column)) });
    }

    /** @param {Layer} layer @param {Entry} at @param {Tap} tap */
    tapWords(layer, at, { c, m, n }) {
      const { frame } = this, K = frame.state.kernel_size, i = at.row + m, j = at.column + n;
      const pixel = layer.pixel(c, i, j);
      if (m < 0 || n < 0 || m >= K || n >= K)
        return frame.t("outside",
          { c, pixel: format(pixel), place: frame.t("cell", { row: i, column: j }) });
      const weight = layer.weight(at.f, c, m, n);
      return frame.t("product",
        { c, weight: format(weight), pixel: format(pixel), product: format(weight * pixel) });
    }
  }

  figure("ChannelSum", (frame) => new ChannelSum(frame));
}

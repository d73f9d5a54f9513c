// Figure LeNetLive: the network reads what the pen draws, and shows what it computes on the way.
{
  /** @typedef {States["LeNetLive"]["layer"]} Layer */
  /** Layers with maps. @type {{ [layer in Layer]: Layout }} */
  const LAYERS = {
    C1: { maps: 6, side: 28, across: 6, gap: 2 }, S2: { maps: 6, side: 14, across: 6, gap: 1 },
    C3: { maps: 16, side: 10, across: 8, gap: 1 }, S4: { maps: 16, side: 5, across: 8, gap: 1 },
  };
  const NAMES = /** @type {Layer[]} */ (Object.keys(LAYERS));
  // [kernel, stride] of each layer, and the field that its units see.
  const PATH = [[5, 1], [2, 2], [5, 1], [2, 2]];
  const FIELDS = NAMES.map((_, depth) => forward.receptiveField(PATH.slice(0, depth + 1)));
  /** @type {{ [name: string]: number }} */
  const VECTORS = { F5: 120, F6: 84 };
  const PRESETS = Object.fromEntries(
    DIGITS.map((strokes, digit) => [`digit_${digit}`, { strokes }]));


  /** @extends {LeNetFigure<"LeNetLive">} */
  class LeNetLive extends LeNetFigure {
    /** Under the pointer or the cursor. @type {{ layer: Layer, unit: Unit } | null} */
    looked = null;
    /** What the network computed last. @type {{ [name: string]: Tensor }} */
    stages = {};

    /** @param {Frame<"LeNetLive">} frame */
    constructor(frame) {
      super(frame);
      this.paper = new Paper(frame);
      this.input = new Maps(frame, "input", { maps: 1, side: 32, across: 1, gap: 0 });
      this.layers = NAMES.map((name) => this.layer(name));
      this.vectors = Object.entries(VECTORS).map(([name, units]) =>
        ({ name, maps: new Maps(frame, name, { maps: units, side: 1, across: units, gap: 0 }) }));
      this.bars = DIGITS.map((_, digit) => this.bar(digit));
      frame.row(frame.presets("examples", PRESETS),
        frame.button("clear", () => frame.set({ strokes: [] })));
      this.show();
    }

    /** @param {Layer} layer */
    layer(layer) {
      const maps = new Maps(this.frame, layer, LAYERS[layer], {
        look: (unit) => { this.looked = unit && { layer, unit }; this.point(); },
        pick: (unit) => this.frame.set({ layer, unit }),
      });
      return { name: layer, maps };
    }

    /** @param {number} digit */
    bar(digit) {
      const bar = element("span", { class: "cnn-bar" });
      const value = element("span", { class: "cnn-value" });
      const row = element("li", {}, element("span", {}, String(digit)), bar, value);
      return { bar, value, row };
    }

    show() {
      const { frame } = this;
      const bars = element("ol", { class: "cnn-bars" }, ...this.bars.map(({ row }) => row));
      const { right, of } = LENET_WEIGHTS;
      // The verdict stands under the paper, so that one who draws sees it.
      frame.stage.append(
        element("div", { class: "cnn-lenet" }, this.titled("draw", this.paper.element),
          this.titled("input", this.input.element), this.titled("output", bars)),
        frame.status,
        element("div", { class: "cnn-lenet-maps" }, ...[...this.layers, ...this.vectors].map(
          ({ name, maps }) => this.titled(name, maps.element))),
        element("p", { class: "cnn-note" }, frame.t("trained", { right, of })));
    }

    draw() {
      const { frame } = this;
      this.paper.paint();
      const image = forward.digitImage(forward.scan(frame.state.strokes));
      this.stages = forward.lenet(image, this.weights);
      const written = frame.state.strokes.length > 0;
      frame.model.set("probabilities", written ? [...this.stages.output.data] : []);
      frame.model.save_changes();
      this.rank();
      this.paint();
      this.point();
    }

    /** The maps; in the next frame again where the page does not show its colors yet. */
    paint() {
      const { stages } = this, colors = this.colors();
      if (!colors) return;
      this.input.draw(stages.input.data, grayPixel);
      for (const { name, maps } of [...this.layers, ...this.vectors])
        maps.drawSigned(stages[name].data, (value) => colors[toByte(value)]);
    }

    /** The ten bars, and the two likeliest digits in words. */
    rank() {
      const { frame } = this, probabilities = [...this.stages.output.data];
      if (!frame.state.strokes.length) return this.blank();
      /** @param {number} p */
      const percent = (p) => frame.t("percent", { value: (100 * p).toFixed(1) });
      const order = probabilities.map((p, digit) => ({ p, digit })).sort((a, b) => b.p - a.p);
      this.bars.forEach(({ bar, value, row }, digit) => {
        bar.style.setProperty("--p", probabilities[digit].toFixed(4));
        value.textContent = percent(probabilities[digit]);
        row.className = digit === order[0].digit ? "cnn-first" : "";
      });
      const [first, second] = order;
      const verdict = frame.t("verdict", { first: first.digit, p: percent(first.p),
        second: second.digit, q: percent(second.p) });
      frame.say(this.paper.words() + verdict);
    }

    /** Of an empty paper there is nothing to say. */
    blank() {
      for (const { bar, value, row } of this.bars) {
        bar.style.setProperty("--p", "0");
        value.textContent = "–";
        row.className = "";
      }
      this.frame.say(this.paper.words() + this.frame.t("empty"));
    }

    /** Marks the unit that is looked at, and the pixels that it sees. */
    point() {
      const { frame, looked } = this, { layer, unit } = looked ?? frame.state;
      const [map, row, column] = unit, { side } = LAYERS[layer];
      const { size, step } = FIELDS[NAMES.indexOf(layer)];
      for (const { name, maps } of this.layers)
        maps.outline(name === layer ? /** @type {Unit} */ (unit) : null);
      this.input.outline([0, row * step, column * step], size);
      if (!looked) return;
      const value = format(this.stages[layer].data[(map * side + row) * side + column]);
      frame.say(frame.t("unit", {
        layer, map, row, column, size, value,
        top: row * step, bottom: row * step + size - 1,
        left: column * step, right: column * step + size - 1,
      }));
    }
  }

  figure("LeNetLive", (frame) => new LeNetLive(frame));
}

// Figure GradCam: what LeNet's maps say for a digit, and in which places of what the pen drew.
{
  /** @typedef {States["GradCam"]["layer"]} CamLayer */
  /** Layers whose maps can be weighted. @type {{ [layer in CamLayer]: Layout }} */
  const LAYERS = {
    C1: { maps: 6, side: 28, across: 6, gap: 2 }, C3: { maps: 16, side: 10, across: 8, gap: 1 },
  };
  const FIELDS = { C1: forward.receptiveField([[5, 1]]),
    C3: forward.receptiveField([[5, 1], [2, 2], [5, 1]]) };
  const EXAMPLES = Object.fromEntries(
    DIGITS.map((strokes, digit) => [`example_${digit}`, { strokes }]));
  const SIDE = 32;

  /** @extends {LeNetFigure<"GradCam">} */
  class GradCam extends LeNetFigure {
    /** @param {Frame<"GradCam">} frame */
    constructor(frame) {
      super(frame);
      this.paper = new Paper(frame);
      const one = { maps: 1, side: SIDE, across: 1, gap: 0 };
      this.input = new Maps(frame, "input", one);
      this.cam = new Maps(frame, "cam", one);
      this.cam.below.classList.add("on-black");
      this.layers = /** @type {CamLayer[]} */ (Object.keys(LAYERS)).map((layer) => ({ layer,
        maps: new Maps(frame, layer, LAYERS[layer]),
        weighted: new Maps(frame, `weighted_${layer}`, LAYERS[layer]) }));
      frame.row(frame.presets("examples", EXAMPLES),
        frame.button("clear", () => frame.set({ strokes: [] })));
      frame.row(frame.choice("digit"));
      frame.row(frame.choice("layer"), frame.choice("signed", [false, true]));
      this.show();
    }

    show() {
      const { frame } = this;
      this.blocks = this.layers.map(({ layer, maps, weighted }) => ({ layer,
        block: element("div", { class: "cnn-lenet-maps" }, this.titled(layer, maps.element),
          this.titled(`weighted_${layer}`, weighted.element)) }));
      frame.stage.append(
        element("div", { class: "cnn-lenet even" }, this.titled("draw", this.paper.element),
          this.titled("input", this.input.element), this.titled("cam", this.cam.element)),
        frame.status, // under the paper, so that one who draws sees it
        ...this.blocks.map(({ block }) => block),
        element("p", { class: "cnn-note" }, frame.t("colors")));
    }

    draw() {
      const { frame, weights } = this, { strokes, digit, layer, signed } = frame.state;
      this.paper.paint();
      const stages = forward.lenet(forward.digitImage(forward.scan(strokes)), weights);
      const probabilities = [...stages.output.data];
      const answer = probabilities.indexOf(Math.max(...probabilities));
      const shown = digit === "answer" ? answer : Number(digit);
      const gradient = backward.lenet(stages, weights, shown)[layer];
      const cam = backward.gradCam(stages[layer], gradient);
      if (!signed) cam.sum.data = cam.sum.data.map((value) => Math.max(value, 0));
      frame.model.set("probabilities", probabilities);
      frame.model.set("alpha", [...cam.alpha.data]);
      frame.model.save_changes();
      for (const { layer: name, block } of this.blocks ?? []) block.hidden = name !== layer;
      this.paint(stages, cam, layer);
      this.tell(cam, { answer, shown, p: probabilities[shown] });
    }

    /**
     * The pictures; in the next frame again where the page does not show its colors yet.
     * @param {{ [stage: string]: Tensor }} stages
     * @param {{ weighted: Tensor, sum: Tensor }} cam @param {CamLayer} layer
     */
    paint(stages, { weighted, sum }, layer) {
      const colors = this.colors();
      if (!colors) return;
      /** @param {Float64Array} data */
      const scaled = (data) => {
        const most = Math.max(...data.map(Math.abs)) || 1;
        /** @param {number} value */
        return (value) => colors[toByte(value / most)];
      };
      const gray = stages.input.data;
      this.input.draw(gray, grayPixel);
      const heat = backward.spread(sum, FIELDS[layer], SIDE).data;
      const most = Math.max(...sum.data.map(Math.abs)) || 1;
      let at = 0;
      this.cam.drawSigned(heat, (value) =>
        mixed(colors[value < 0 ? 0 : 255], gray[at++], 0.8 * Math.abs(value) / most));
      const shown = this.layers.find(({ layer: name }) => name === layer);
      shown?.maps.drawSigned(stages[layer].data, scaled(new Float64Array([1])));
      shown?.weighted.drawSigned(weighted.data, scaled(weighted.data));
    }

    /** @param {{ alpha: Tensor, sum: Tensor }} cam
     *  @param {{ answer: number, shown: number, p: number }} read */
    tell({ alpha, sum }, { answer, shown, p }) {
      const { frame } = this, { layer, strokes } = frame.state;
      const [, , side] = sum.shape, values = [...sum.data];
      const best = values.indexOf(Math.max(...values));
      const { size, step } = FIELDS[layer], row = Math.floor(best / side), column = best % side;
      const words = values[best] > 0
        ? frame.t("where", { top: row * step, bottom: row * step + size - 1,
          left: column * step, right: column * step + size - 1 })
        : frame.t("nowhere");
      const drawn = strokes.length ? this.paper.words() : frame.t("empty");
      frame.say(drawn + frame.t("read", { answer }) + frame.t("explained", {
        shown, p: (100 * p).toFixed(1), layer, maps: alpha.data.length,
        against: [...alpha.data].filter((value) => value < 0).length }) + words);
    }
  }

  /**
   * A pixel of the digit under so much of a color.
   * @param {number} color @param {number} gray from -1 to 1 @param {number} share of the color
   */
  function mixed(color, gray, share) {
    const byte = (gray + 1) * 127.5;
    /** @param {number} shift */
    const part = (shift) =>
      Math.round(share * ((color >> shift) & 255) + (1 - share) * byte) << shift;
    return ((255 << 24) | part(16) | part(8) | part(0)) >>> 0;
  }

  figure("GradCam", (frame) => new GradCam(frame));
}

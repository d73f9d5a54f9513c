// Figure DropoutNetwork: each mask gives another output; their average nears that of evaluation.
{
  const HIDDEN = [0.8, 1.5, 0.4, 1.2, 2, 0.6]; // outputs of the hidden units
  const WEIGHTS = [1, -0.5, 2, 0.5, 1, -1]; // from each of them to the sum
  const WIDTH = 480, HEIGHT = 210, CHART = 120, LEFT = 44, MIDDLE = 105;
  const ALL = HIDDEN.map(() => 1);

  /** @param {number} mask @param {number} p */
  const keeps = (mask, p) => math.dropoutMask(mask, HIDDEN.length, p);
  /** @param {number[]} kept @param {number} scale */
  const output = (kept, scale) => math.dropoutSum(HIDDEN, WEIGHTS, kept, scale);
  const EVALUATION = output(ALL, 1);

  /**
   * Text in a picture; the class says where it is anchored.
   * @param {number} x @param {number} y @param {string} kind @param {string} text
   */
  const label = (x, y, kind, text) =>
    svg("text", { x, y, class: `cnn-label ${kind}`.trim() }, text);

  class DropoutNetwork {
    picture = svg("svg", { role: "img", class: "cnn-wide" });
    chart = svg("svg", { role: "img", class: "cnn-wide" });
    formula = element("p", { class: "cnn-formula" });
    /** Where the sum stands. */
    target = 0;

    /** @param {Frame<"DropoutNetwork">} frame */
    constructor(frame) {
      this.frame = frame;
      frame.stage.append(this.picture, this.formula,
        element("div", { class: "cnn-title" }, frame.t("chart")), this.chart);
      /** @param {number} by */
      const draws = (by) => frame.set({ training: true, masks: frame.state.masks + by });
      frame.row(frame.choice("training"), frame.choice("scaled"));
      frame.row(frame.slider("p", { symbol: "p" }), frame.slider("masks"),
        element("div", { class: "cnn-group" },
          frame.button("one", () => draws(1)), frame.button("ten", () => draws(10)),
          frame.button("again", () => frame.set({ training: true, masks: 1 }))));
      frame.walk = draws;
    }

    draw() {
      const { frame } = this, { p, training, scaled, masks } = frame.state;
      const kept = training ? keeps(masks, p) : ALL;
      const factor = training && scaled ? 1 / (1 - p) : 1;
      const value = format(output(kept, factor));
      const words = frame.t(training ? "train" : "eval",
        { dropped: kept.filter((keep) => !keep).length, units: HIDDEN.length, value });
      const width = frame.units(WIDTH), target = this.target = width - (frame.narrow ? 34 : 80);
      this.picture.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
      this.chart.setAttribute("viewBox", `0 0 ${width} ${CHART}`);
      this.picture.replaceChildren(
        ...HIDDEN.flatMap((h, index) => this.unit(index, h * factor, kept[index])),
        svg("circle", { cx: target, cy: MIDDLE, r: 26, class: "cnn-unit sum" }),
        narrowed(frame, label(target, MIDDLE, "", value), 46, 14));
      this.picture.setAttribute("aria-label", words);
      this.average();
      frame.say(words);
    }

    /**
     * A hidden unit and its wire to the sum.
     * @param {number} index @param {number} value @param {number} kept
     */
    unit(index, value, kept) {
      const { frame, target } = this, x = frame.narrow ? 130 : 150, y = 20 + index * 34;
      const state = kept ? "" : " dropped", along = frame.narrow ? 55 : 90;
      const line = svg("line",
        { x1: x + 15, y1: y, x2: target - 26, y2: MIDDLE, class: `cnn-wire${state}` });
      line.style.strokeWidth = String(1 + 2 * Math.abs(WEIGHTS[index]));
      const wireY = y + (MIDDLE - y) * (along - 15) / (target - 41 - x);
      const name = frame.t("unit", { index, value: format(HIDDEN[index]) });
      return [
        line,
        svg("circle", { cx: x, cy: y, r: 15, class: `cnn-unit${state}` }),
        narrowed(frame, label(x, y, "", kept ? format(value, 1) : "0"), 26, 14),
        label(x - 24, y, "end", name),
        label(x + along, wireY, "on-wire", `×${format(WEIGHTS[index])}`),
      ];
    }

    /** The running average of the outputs, mask by mask. */
    average() {
      const { frame } = this, { p, scaled, masks } = frame.state;
      const scale = scaled ? 1 / (1 - p) : 1;
      /** @type {number[]} */
      const means = [];
      let sum = 0;
      for (let n = 1; n <= masks; n++) means.push((sum += output(keeps(n, p), scale)) / n);
      const average = format(means[masks - 1]);
      const words = frame.t("average", { masks, average, evaluation: format(EVALUATION) });
      const [before, ...after] = words.split(average);
      this.formula.replaceChildren(before,
        element("strong", { "data-count": "average" }, average), after.join(average));
      this.chart.setAttribute("aria-label", words);
      this.curve(means);
    }

    /** @param {number[]} means */
    curve(means) {
      const { masks } = this.frame.state, width = this.frame.units(WIDTH);
      const least = Math.min(0, EVALUATION, ...means);
      const most = Math.max(EVALUATION, ...means) + 0.3;
      /** @param {number} n */
      const x = (n) => LEFT + (width - LEFT - 8) * (masks === 1 ? 0.5 : (n - 1) / (masks - 1));
      /** @param {number} v */
      const y = (v) => CHART - 22 - (CHART - 34) * (v - least) / (most - least);
      const goal = y(EVALUATION);
      const points = means.map((v, index) => `${x(index + 1)},${y(v)}`).join(" ");
      this.chart.replaceChildren(
        svg("line", { x1: LEFT, x2: width - 8, y1: goal, y2: goal, class: "cnn-goal" }),
        label(LEFT - 6, goal, "end", format(EVALUATION)),
        svg("polyline", { points, class: "cnn-curve" }),
        svg("circle", { cx: x(masks), cy: y(means[masks - 1]), r: 4.5, class: "cnn-dot" }),
        label(LEFT, CHART - 8, "start muted", "1"),
        label(width - 8, CHART - 8, "end muted", this.frame.t("count", { masks })));
    }
  }

  figure("DropoutNetwork", (frame) => new DropoutNetwork(frame));
}

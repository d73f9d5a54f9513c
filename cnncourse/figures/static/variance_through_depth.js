// Figure VarianceThroughDepth: mean squares after each block, on a scale of powers of ten.
{
  const WIDTH = 480, HEIGHT = 250, LEFT = 58, BOTTOM = 30, TOP = 12;

  class VarianceThroughDepth {
    chart = svg("svg", { role: "img", class: "cnn-wide" });
    width = WIDTH;
    note = element("p", { class: "cnn-note" });

    /** @param {Frame<"VarianceThroughDepth">} frame */
    constructor(frame) {
      this.frame = frame;
      frame.stage.append(element("div", { class: "cnn-title" }, frame.t("chart")), this.chart,
        this.note);
      frame.row(frame.choice("init"));
      frame.row(frame.choice("path"));
      frame.row(frame.choice("normalized"), frame.slider("blocks"));
      frame.walk = (by) => frame.step("blocks", by);
    }

    draw() {
      const { frame } = this, { init, path, normalized, blocks } = frame.state;
      this.width = frame.units(WIDTH);
      this.chart.setAttribute("viewBox", `0 0 ${this.width} ${HEIGHT}`);
      const curves = DEPTH_CURVES[`${init} ${path} ${normalized ? "yes" : "no"}`]
        .map((curve) => curve.map((hundredths) => hundredths / 100));
      const entries = curves[0].slice(0, blocks + 1);
      // On its way back the gradient starts with 1 at the last block that is there.
      const last = curves[1][blocks];
      const gradient = curves[1].slice(0, blocks + 1).map((value) => value - last);
      const theory = math.meanSquares(init, path, normalized, blocks)?.map(Math.log10) ?? null;
      const all = [...entries, ...gradient, ...(theory ?? [])];
      const ends = [Math.floor(Math.min(-1, ...all)), Math.ceil(Math.max(1, ...all))];
      const words = frame.t("state", { blocks, convolutions: 2 * blocks,
        entries: this.power(entries[blocks]), gradient: this.power(gradient[0]) });
      this.chart.setAttribute("aria-label", words);
      this.chart.replaceChildren(...this.axes(blocks, ends),
        ...(theory ? [this.line(theory, ends, "cnn-goal")] : []),
        this.line(entries, ends, "cnn-curve"), ...this.dots(entries, ends, ""),
        this.line(gradient, ends, "cnn-curve cnn-back"), ...this.dots(gradient, ends, "cnn-back"));
      this.note.textContent = frame.t(theory ? "theory" : "traced");
      frame.say(words);
    }

    /** A logarithm as a number that can be read. @param {number} log */
    power(log) {
      if (log > -2.005 && log < 4) return format(10 ** log, log < 1 ? 2 : 0);
      const exponent = Math.floor(log), digit = Math.round(10 ** (log - exponent) * 10) / 10;
      return `${format(digit, 1)} · 10${raised(exponent)}`;
    }

    /** @param {number} block */
    x(block) {
      return LEFT + (this.width - LEFT - 14) * block / this.frame.state.blocks;
    }

    /** @param {number} log @param {number[]} ends */
    y(log, [least, most]) {
      return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (log - least) / (most - least);
    }

    /** @param {number} blocks @param {number[]} ends */
    axes(blocks, ends) {
      const step = Math.max(1, Math.ceil((ends[1] - ends[0]) / 6)), lines = [];
      for (let log = Math.ceil(ends[0] / step) * step; log <= ends[1]; log += step) {
        const y = this.y(log, ends);
        const label = svg("text", { x: LEFT - 8, y, class: "cnn-label end muted" }, "10");
        label.append(svg("tspan", { dy: -6, class: "cnn-power" }, format(log)));
        lines.push(svg("line", { x1: LEFT, x2: this.width - 14, y1: y, y2: y, class: "cnn-grid" }),
          label);
      }
      const foot = HEIGHT - 12;
      return [...lines,
        svg("text", { x: LEFT, y: foot, class: "cnn-label muted" }, "0"),
        svg("text", { x: this.width - 14, y: foot, class: "cnn-label end muted" },
          this.frame.t("count", { blocks }))];
    }

    /** @param {number[]} logs @param {number[]} ends @param {string} kind */
    line(logs, ends, kind) {
      const points = logs.map((log, block) => `${this.x(block)},${this.y(log, ends)}`).join(" ");
      return svg("polyline", { points, class: kind, fill: "none" });
    }

    /** @param {number[]} logs @param {number[]} ends @param {string} kind */
    dots(logs, ends, kind) {
      const name = `cnn-trace ${kind}`.trim();
      return logs.map((log, block) => {
        const x = this.x(block), y = this.y(log, ends);
        return kind ? svg("rect", { x: x - 3, y: y - 3, width: 6, height: 6, class: name })
          : svg("circle", { cx: x, cy: y, r: 3, class: name });
      });
    }
  }

  figure("VarianceThroughDepth", (frame) => new VarianceThroughDepth(frame));
}

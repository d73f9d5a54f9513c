// Figure GradientGraph: values go forward through two units, gradients backward.
{
  const WIDTH = 440, HEIGHT = 236, LOW = 168, HIGH = 66, RADIUS = 23;
  const TOO_MANY = 4; // decimals that a step of training leaves
  /** Where each quantity stands, and in which step the gradient reaches it; 9: never. */
  const NODES = /** @type {const} */ ({
    x: [32, LOW, 9], a: [128, LOW, 4], z: [214, LOW, 3], y: [300, LOW, 1], L: [404, LOW, 0],
    w1: [88, HIGH, 5], b1: [168, HIGH, 5], w2: [259, HIGH, 2], b2: [341, HIGH, 2],
    t: [404, HIGH, 9],
  });
  /** @typedef {keyof typeof NODES} Node */
  /** @typedef {keyof ReturnType<typeof math.twoUnits>["slopes"]} Factor */
  /** From, to, and the factor on the way back. @type {[Node, Node, Factor | null][]} */
  const WIRES = [
    ["x", "a", null], ["w1", "a", "w1"], ["b1", "a", "b1"], ["a", "z", "a"], ["z", "y", "z"],
    ["w2", "y", "w2"], ["b2", "y", "b2"], ["y", "L", "y"], ["t", "L", null],
  ];
  /** @type {{ [node: string]: string }} */
  const NAMES = { w1: "w₁", b1: "b₁", w2: "w₂", b2: "b₂" };

  /**
   * @param {number} x @param {number} y @param {string} kind @param {string} text
   */
  const label = (x, y, kind, text) =>
    svg("text", { x, y, class: `cnn-label ${kind}`.trim() }, text);

  class GradientGraph {
    picture = svg("svg", { role: "img", class: "cnn-wide graph" });

    scale = 1;

    /** @param {Frame<"GradientGraph">} frame */
    constructor(frame) {
      this.frame = frame;
      frame.stage.append(this.picture);
      frame.row(frame.choice("activation"), frame.slider("x", { symbol: "x" }),
        frame.slider("t", { symbol: "t" }));
      frame.row(...(/** @type {const} */ (["w1", "b1", "w2", "b2"])).map((trait) =>
        frame.slider(trait, { symbol: NAMES[trait] })));
      frame.row(frame.slider("rate", { symbol: "η" }), element("div", { class: "cnn-group" },
        frame.button("learn", () => this.learn())));
      frame.row(frame.player("step"));
    }

    learn() {
      const { state } = this.frame, { gradients } = math.twoUnits(state);
      /** @param {"w1" | "b1" | "w2" | "b2"} name */
      const moved = (name) =>
        Number((state[name] - state.rate * gradients[name]).toFixed(TOO_MANY));
      this.frame.set({ w1: moved("w1"), b1: moved("b1"), w2: moved("w2"), b2: moved("b2") });
    }

    draw() {
      const { frame } = this, { state } = frame;
      const { values, gradients, slopes } = math.twoUnits(state);
      const width = frame.units(WIDTH);
      this.picture.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
      this.scale = width / WIDTH;
      const nodes = /** @type {Node[]} */ (Object.keys(NODES));
      this.picture.replaceChildren(
        ...WIRES.flatMap(([from, to, by]) =>
          this.wire(from, to, by && NODES[by][2] <= state.step ? slopes[by] : null)),
        ...nodes.flatMap((name) => this.node(name, values[name],
          NODES[name][2] <= state.step && name !== "L" ? gradients[name] : null)));
      const words = this.words(values, gradients);
      this.picture.setAttribute("aria-label", words);
      frame.say(words);
    }

    /** @param {{ [name: string]: number }} values @param {{ [name: string]: number }} gradients */
    words(values, gradients) {
      const { frame } = this, { step } = frame.state;
      const shown = Object.fromEntries(
        Object.entries(gradients).map(([name, value]) => [name, format(value)]));
      const loss = frame.t("loss", { loss: format(values.L, 4) });
      return step ? `${loss} ${frame.t(`back_${step}`, shown)}` : loss;
    }

    /** Where a node stands. @param {Node} name */
    place(name) {
      return [NODES[name][0] * this.scale, NODES[name][1]];
    }

    /**
     * A wire; where the gradient has passed, with the factor that it was multiplied by.
     * @param {Node} from @param {Node} to @param {number | null} slope
     */
    wire(from, to, slope) {
      const [x1, y1] = this.place(from), [x2, y2] = this.place(to);
      const line = svg("line",
        { x1, y1, x2, y2, class: `cnn-wire${slope === null ? "" : " back"}` });
      if (slope === null) return [line];
      const beside = y1 === y2 ? [0, 21] : [x1 < x2 ? -26 : 26, 0];
      return [line, label((x1 + x2) / 2 + beside[0], (y1 + y2) / 2 + beside[1], "gradient",
        `×${format(slope)}`)];
    }

    /** @param {Node} name @param {number} value @param {number | null} gradient */
    node(name, value, gradient) {
      const [cx, cy] = this.place(name), low = cy === LOW;
      const parameter = name in NAMES;
      const shown = [
        svg("circle", { cx, cy, r: RADIUS, class: `cnn-unit${parameter ? " sum" : ""}` }),
        narrowed(this.frame, label(cx, cy, "", format(value)), 2 * RADIUS - 5, 15),
        label(cx, low ? cy + 38 : cy - 54, "muted", NAMES[name] ?? name),
      ];
      if (gradient === null) return shown;
      const room = this.frame.narrow ? 54 : 74; // to the next one
      return [...shown, narrowed(this.frame, svg("text", { class: "cnn-label gradient",
        "data-gradient": name, x: cx, y: low ? cy + 58 : cy - 35 }, `∂ ${format(gradient)}`),
        room, 16)];
    }
  }

  figure("GradientGraph", (frame) => new GradientGraph(frame));
}

// Figure SharedMean: the entries that share a mean and a variance with the one that is chosen.
{
  const SHAPE = [2, 4, 2, 3];
  const [IMAGES, CHANNELS, ROWS, COLUMNS] = SHAPE;
  // One string for each channel of each image, row by row.
  const X = math.tensor(SHAPE, [
    ["913320", "204060", "511133", "777117"], ["335577", "820204", "012345", "660996"],
  ].flatMap((channels) => channels.flatMap((rows) => [...rows].map(Number))));

  /** @extends {Looking<"SharedMean">} */
  class SharedMean extends Looking {
    formula = element("p", { class: "cnn-formula" });
    module = element("p", { class: "cnn-note" });
    /** @type {Grid[]} */
    grids = [];

    /** @param {Frame<"SharedMean">} frame */
    constructor(frame) {
      super(frame);
      for (let map = 0; map < IMAGES * CHANNELS; map++)
        this.grids.push(new Grid(frame, { look: this.look(String(map)),
          pick: (row, column) => frame.set({ step: (map * ROWS + row) * COLUMNS + column }) }));
      for (let n = 0; n < IMAGES; n++)
        frame.stage.append(element("div", { class: "cnn-panels" },
          ...this.grids.slice(n * CHANNELS, (n + 1) * CHANNELS).map((grid) => grid.element)));
      frame.stage.append(this.formula, this.module);
      const apart = { n: false, c: false, h: true, w: true };
      frame.row(frame.presets("known", {
        batch: { ...apart, n: true }, layer: { ...apart, c: true, groups: 1 },
        instance: apart, group: { ...apart, c: true, groups: 2 } }));
      frame.room = 280;
      frame.row(frame.choice("n"), frame.choice("c"));
      frame.row(frame.choice("h"), frame.choice("w"));
      frame.row(frame.choice("groups"));
    }

    /** The axes that are averaged over, as letters. */
    get shared() {
      const { n, c, h, w } = this.frame.state;
      return (n ? "N" : "") + (c ? "C" : "") + (h ? "H" : "") + (w ? "W" : "");
    }

    draw() {
      const { frame } = this, { groups, step } = frame.state;
      const { looked } = this;
      const chosen = looked
        ? (Number(looked.grid) * ROWS + looked.row) * COLUMNS + looked.column : step;
      const sharing = math.sharing(SHAPE, this.shared, groups);
      const companions = sharing.flatMap((set, at) => (set === sharing[chosen] ? [at] : []));
      this.grids.forEach((grid, map) => {
        const c = map % CHANNELS, n = Math.floor(map / CHANNELS);
        grid.shape(frame.t("map", { n, c }), ROWS, COLUMNS);
        grid.paint((row, column) => {
          const at = (map * ROWS + row) * COLUMNS + column;
          return { text: String(X.data[at]), kind: companions.includes(at) ? "on" : "" };
        });
        const inside = Math.floor(chosen / (ROWS * COLUMNS)) === map;
        grid.outline(inside ? [[Math.floor(chosen / COLUMNS) % ROWS, chosen % COLUMNS, 1, 1,
          "window"]] : []);
      });
      this.describe(chosen, companions, new Set(sharing).size);
    }

    /** @param {number} chosen @param {number[]} companions @param {number} means */
    describe(chosen, companions, means) {
      const { frame } = this, count = companions.length;
      const values = companions.map((at) => X.data[at]);
      const mean = values.reduce((a, b) => a + b) / count;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count;
      const out = format((X.data[chosen] - mean) / Math.sqrt(variance + 1e-5));
      this.formula.replaceChildren(
        element("span", { class: "cnn-numbers" },
          `(${X.data[chosen]} − ${format(mean)}) / √(${format(variance)} + ε) = `),
        element("strong", { "data-count": "out" }, out));
      const name = math.normalization(this.shared, frame.state.groups, CHANNELS);
      this.module.textContent = name ? frame.t("module", { name }) : frame.t("none");
      frame.say(frame.t("state", { count, means, mean: format(mean), variance: format(variance),
        value: X.data[chosen] }));
    }
  }

  figure("SharedMean", (frame) => new SharedMean(frame));
}

// Figure KernelLab: nine weights, edited by hand, and what they make of a picture.
{
  const SIZE = 48, MAP = SIZE - 2;
  /** @type {{ [key: string]: { kernel: number[] } }} */
  const PRESETS = {
    identity: { kernel: [0, 0, 0, 0, 1, 0, 0, 0, 0] },
    blur: { kernel: Array(9).fill(1 / 9) },
    edges: { kernel: [1, 0, -1, 2, 0, -2, 1, 0, -1] },
    outline: { kernel: [-1, -1, -1, -1, 8, -1, -1, -1, -1] },
    sharpen: { kernel: [0, -1, 0, -1, 5, -1, 0, -1, 0] },
    emboss: { kernel: [-2, -1, 0, -1, 1, 1, 0, 1, 2] },
  };
  const EMPTY = math.tensor([1, SIZE, SIZE]);
  const PHOTOGRAPH = math.tensor([1, SIZE, SIZE],
    [...atob(PHOTO)].map((letter) => letter.charCodeAt(0)));

  class KernelLab {
    /** The reader's picture; it stays here. @type {Tensor | null} */
    own = null;
    sum = element("p", { class: "cnn-formula" });

    /** @param {Frame<"KernelLab">} frame */
    constructor(frame) {
      this.frame = frame;
      this.clear = frame.button("clear", () => frame.set({ strokes: [] }));
      /** @param {number} offset @returns {(row: number, column: number) => void} */
      const look = (offset) => (row, column) =>
        frame.set({ row: row - offset, column: column - offset });
      this.input = new Pixels(frame, SIZE, look(1),
        (row, column, begins) => this.pen(row, column, begins));
      this.map = new Pixels(frame, MAP, look(0));
      this.grids = ["patch", "weights", "products"].map(() => new Grid(frame, { size: 30 }));
      const [patch, weights, products] = this.grids.map((grid) => grid.element);
      /** @param {string} text */
      const sign = (text) => element("span", { "aria-hidden": true }, text);
      frame.stage.append(
        element("div", { class: "cnn-panels" }, this.input.element, this.map.element),
        element("div", { class: "cnn-panels cnn-sum" },
          patch, sign("×"), weights, sign("="), products),
        this.sum);
      frame.lines = () => [{ columns: [[this.input], [this.map]], whole: true },
        { columns: this.grids.map((grid) => [grid]), whole: true, gap: 2.2 * frame.letter }];
      frame.room = 360;
      this.controls();
    }

    controls() {
      const { frame } = this, { state } = frame;
      frame.row(frame.presets("presets", PRESETS));
      const file = element("input",
        { type: "file", accept: "image/*", hidden: true, "aria-label": frame.t("own") });
      file.addEventListener("change", () => {
        if (file.files?.[0]) this.load(file.files[0]);
        file.value = ""; // so that the same file can be chosen again
      });
      /** @param {typeof state.picture} picture @param {() => void} press */
      const source = (picture, press = () => frame.set({ picture })) =>
        frame.button(picture, press, () => frame.state.picture === picture);
      frame.row(
        element("div", { class: "cnn-group" },
          element("span", { class: "cnn-name" }, frame.t("kernel")),
          element("div", { class: "cnn-kernel-edit" }, ...this.weights())),
        element("div", { class: "cnn-stack" }, frame.choice("flip"),
          frame.group("picture", [source("photo"), source("drawing"),
            source("own", () => file.click()), file, this.clear])));
    }

    /** Nine boxes to type the weights into. @returns {HTMLInputElement[]} */
    weights() {
      const { frame } = this;
      const { minimum: min, maximum: max } = weightLimits();
      /** @param {HTMLInputElement} cell */
      const taken = (cell) => cell.value !== ""
        && Number(cell.value) >= min && Number(cell.value) <= (max ?? Infinity);
      /** @param {HTMLInputElement} cell @param {number} tap */
      const type = (cell, tap) => {
        cell.setAttribute("aria-invalid", String(!taken(cell)));
        if (taken(cell)) return frame.set({ kernel: frame.state.kernel.map(
          (weight, index) => (index === tap ? Number(cell.value) : weight)) });
        frame.say(frame.t("refused", { value: cell.value, least: format(min),
          most: max ?? "", weight: format(frame.state.kernel[tap]) }));
      };
      const cells = Array.from({ length: 9 }, (_, tap) => {
        const label = frame.t("weight", { row: Math.floor(tap / 3), column: tap % 3 });
        return element("input", { type: "number", step: "any", min, max, autocomplete: "off",
          "aria-label": label, input: ({ target }) => type(target, tap),
          // What was not taken gives way to what the figure shows.
          change: ({ target }) => { if (!taken(target)) show(target, tap); } });
      });
      /** @param {HTMLInputElement} cell @param {number} tap */
      const show = (cell, tap) => {
        cell.value = String(+frame.state.kernel[tap].toFixed(3));
        cell.removeAttribute("aria-invalid");
      };
      frame.controls.push({ refresh: () => cells.forEach((cell, tap) => {
        const typing = cell === document.activeElement && !taken(cell);
        const shown = cell.value !== "" && Number(cell.value) === frame.state.kernel[tap];
        if (!typing && !shown) show(cell, tap);
      }) });
      return cells;
    }

    /** @param {File} file */
    async load(file) {
      try {
        this.own = await grayPicture(file, SIZE);
      } catch {
        return this.frame.say(this.frame.t("unreadable", { name: file.name }));
      }
      this.frame.set({ picture: "own" });
      this.frame.redraw();
    }

    /**
     * The pen comes to a pixel.
     * @param {number} row @param {number} column @param {boolean} begins
     */
    pen(row, column, begins) {
      const { frame } = this, { picture, strokes } = frame.state;
      if (picture !== "drawing") return;
      const last = strokes[strokes.length - 1] ?? [];
      if (begins || !last.length) frame.set({ strokes: [...strokes, [column, row]] });
      else if (last[last.length - 2] !== column || last[last.length - 1] !== row)
        frame.set({ strokes: [...strokes.slice(0, -1), [...last, column, row]] });
    }

    /** What the kernel looks at. @returns {Tensor} */
    picture() {
      const { picture, strokes } = this.frame.state;
      if (picture === "own") return this.own ?? EMPTY;
      return picture === "photo" ? PHOTOGRAPH : drawn(strokes, SIZE);
    }

    draw() {
      const { frame } = this, { kernel, flip, row, column, picture: source } = frame.state;
      const picture = this.picture(), drawing = source === "drawing";
      const used = flip ? [...kernel].reverse() : kernel;
      const out = math.conv2d(picture, math.tensor([1, 1, 3, 3], used));
      const limit = Math.max(...out.data.map(Math.abs)) || 1;
      this.clear.hidden = !drawing;
      this.input.canvas.classList.toggle("cnn-draws", drawing);
      this.input.paint(frame.t(drawing ? "draw" : "input"), picture.data, [row, column], 3);
      // Zero is middle gray, so that negative values are seen: darker than that.
      const grays = out.data.map((v) => 127.5 + 127.5 * v / limit);
      this.map.paint(frame.t(flip ? "convolution" : "correlation"), grays, [row, column], 1);
      this.products(picture, used);
      const value = format(out.data[row * MAP + column], 1);
      this.sum.replaceChildren(`${frame.t("sum")} `, element("strong", {}, value));
      const place = frame.t("cell", { row, column });
      const words = frame.t("place", { place, value, limit: format(limit, 0) });
      frame.say(source === "own" && !this.own ? `${frame.t("elsewhere")} ${words}` : words);
    }

    /**
     * The nine pixels, the weights, and their products.
     * @param {Tensor} x @param {number[]} used
     */
    products(x, used) {
      const { frame } = this, { flip, row, column } = frame.state;
      const patch = Array.from({ length: 9 },
        (_, tap) => x.data[(row + Math.floor(tap / 3)) * SIZE + column + tap % 3]);
      const products = patch.map((pixel, tap) => pixel * used[tap]);
      const most = Math.max(...products.map(Math.abs));
      const titles = ["patch", flip ? "flipped" : "weights", "products"];
      [patch, used, products].forEach((values, index) => {
        this.grids[index].shape(frame.t(titles[index]), 3, 3);
        this.grids[index].paint((i, j) => ({
          text: format(values[3 * i + j], index === 1 ? 2 : 0),
          kind: index === 1 ? "kernel" : "",
          fill: index === 2 ? fills.signed(values[3 * i + j], 1.6 * most) : "",
        }));
      });
    }
  }

  /** @returns {NumberDescription} what one weight of the kernel may be */
  function weightLimits() {
    const kernel = /** @type {ListDescription} */ (descriptions.KernelLab.kernel);
    return /** @type {NumberDescription} */ (kernel.items);
  }

  figure("KernelLab", (frame) => new KernelLab(frame));
}

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
  const photo = () => math.tensor([1, SIZE, SIZE],
    [...atob(PHOTO)].map((letter) => letter.charCodeAt(0)));

  class KernelLab {
    picture = photo();
    drawing = false; // the reader draws the picture
    sum = element("p", { class: "cnn-formula" });

    /** @param {Frame<"KernelLab">} frame */
    constructor(frame) {
      this.frame = frame;
      /** @param {number} offset @returns {(row: number, column: number) => void} */
      const look = (offset) => (row, column) =>
        frame.set({ row: row - offset, column: column - offset });
      this.input = new Pixels(frame, SIZE, look(1), (row, column) => this.pen(row, column));
      this.map = new Pixels(frame, MAP, look(0));
      this.grids = ["patch", "weights", "products"].map(() => new Grid(frame, { size: 44 }));
      const [patch, weights, products] = this.grids.map((grid) => grid.element);
      /** @param {string} text */
      const sign = (text) => element("span", { "aria-hidden": true }, text);
      frame.stage.append(
        element("div", { class: "cnn-panels" }, this.input.element, this.map.element),
        element("div", { class: "cnn-panels cnn-sum" },
          patch, sign("×"), weights, sign("="), products),
        this.sum);
      this.controls();
    }

    controls() {
      const { frame } = this;
      frame.row(frame.presets("presets", PRESETS));
      const file = element("input",
        { type: "file", accept: "image/*", hidden: true, "aria-label": frame.t("own") });
      file.addEventListener("change", () => file.files?.[0] && this.load(file.files[0]));
      const blank = () => math.tensor([1, SIZE, SIZE]);
      frame.row(
        element("div", { class: "cnn-group" },
          element("span", { class: "cnn-name" }, frame.t("kernel")),
          element("div", { class: "cnn-kernel-edit" }, ...this.weights())),
        element("div", { class: "cnn-stack" }, frame.choice("flip"),
          frame.group("picture", [
            frame.button("photo", () => this.show(photo(), false)),
            frame.button("blank", () => this.show(blank(), true)),
            frame.button("own", () => file.click()), file])));
    }

    /** Nine boxes to type the weights into. @returns {HTMLInputElement[]} */
    weights() {
      const { frame } = this;
      const { minimum: min, maximum: max } = weightLimits();
      /** @param {HTMLInputElement} cell */
      const type = (cell) => {
        const typed = cells.map(({ value }) => Number(value));
        const taken = typed.every((value) => value >= min && value <= (max ?? value));
        if (taken && cell.value !== "") frame.set({ kernel: typed });
      };
      const cells = Array.from({ length: 9 }, (_, tap) => {
        const label = frame.t("weight", { row: Math.floor(tap / 3), column: tap % 3 });
        return element("input", { type: "number", step: "any", min, max, autocomplete: "off",
          "aria-label": label, input: ({ target }) => type(target) });
      });
      frame.controls.push({ refresh: () => cells.forEach((cell, tap) => {
        const weight = frame.state.kernel[tap];
        if (Number(cell.value) !== weight || cell.value === "")
          cell.value = String(+weight.toFixed(3));
      }) });
      return cells;
    }

    /** @param {Tensor} picture @param {boolean} drawing */
    show(picture, drawing) {
      [this.picture, this.drawing] = [picture, drawing];
      this.frame.redraw();
    }

    /** @param {File} file */
    async load(file) {
      let picture;
      try {
        picture = await grayPicture(file, SIZE);
      } catch {
        return this.frame.say(this.frame.t("unreadable", { name: file.name }));
      }
      this.show(picture, false);
    }

    /** @param {number} row @param {number} column */
    pen(row, column) {
      if (!this.drawing) return;
      const { data } = this.picture;
      for (let i = row - 1; i <= row + 1; i++)
        for (let j = column - 1; j <= column + 1; j++) {
          if (i < 0 || j < 0 || i >= SIZE || j >= SIZE) continue;
          const gray = i === row || j === column ? 255 : 128;
          data[i * SIZE + j] = Math.max(data[i * SIZE + j], gray);
        }
      this.frame.redraw();
    }

    draw() {
      const { frame, picture } = this, { kernel, flip, row, column } = frame.state;
      const used = flip ? [...kernel].reverse() : kernel;
      const out = math.conv2d(picture, math.tensor([1, 1, 3, 3], used));
      const limit = Math.max(...out.data.map(Math.abs)) || 1;
      this.input.paint(frame.t(this.drawing ? "draw" : "input"), picture.data, [row, column], 3);
      // Zero is middle gray, so that negative values are seen: darker than that.
      const grays = out.data.map((v) => 127.5 + 127.5 * v / limit);
      this.map.paint(frame.t(flip ? "convolution" : "correlation"), grays, [row, column], 1);
      this.products(used);
      const value = format(out.data[row * MAP + column], 1);
      this.sum.replaceChildren(`${frame.t("sum")} `, element("strong", {}, value));
      const place = frame.t("cell", { row, column });
      frame.say(frame.t("place", { place, value, limit: format(limit, 0) }));
    }

    /** The nine pixels, the weights, and their products. @param {number[]} used */
    products(used) {
      const { frame, picture } = this, { flip, row, column } = frame.state;
      const patch = Array.from({ length: 9 },
        (_, tap) => picture.data[(row + Math.floor(tap / 3)) * SIZE + column + tap % 3]);
      const products = patch.map((pixel, tap) => pixel * used[tap]);
      const most = Math.max(...products.map(Math.abs));
      const titles = ["patch", flip ? "flipped" : "weights", "products"];
      [patch, used, products].forEach((values, index) => {
        this.grids[index].shape(frame.t(titles[index]), 3, 3);
        this.grids[index].paint((i, j) => ({
          text: format(values[3 * i + j], index === 1 ? 2 : 0),
          kind: index === 1 ? "kernel" : "",
          fill: index === 2 ? signed(values[3 * i + j], 1.6 * most) : "",
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

// Figure NetworkBuilder: blocks that are added one by one, a row of prices for each, and the code.
{
  const PRICES = /** @type {const} */ (["parameters", "products", "memory"]);

  class NetworkBuilder {
    body = element("tbody");
    foot = element("tfoot");
    code = element("pre", { class: "cnn-code" });

    /** @param {Frame<"NetworkBuilder">} frame */
    constructor(frame) {
      this.frame = frame;
      const heads = ["block", "maps", "field", ...PRICES];
      const table = element("table", { class: "cnn-prices" },
        element("thead", {}, element("tr", {}, ...heads.map((head) =>
          element("th", { scope: "col" }, frame.t(`head_${head}`))))),
        this.body, this.foot);
      frame.stage.append(this.scrolled("prices", table),
        element("div", { class: "cnn-title" }, frame.t("code")), this.scrolled("code", this.code));
      const kinds = Object.keys(NETWORK_BLOCKS);
      frame.row(frame.group("add", kinds.map((kind) => this.adding(kind))));
      const examples = frame.menu("examples", {
        like_vgg: { blocks: ["conv", "pool", "widen", "conv", "conv", "pool", "widen", "conv"] },
        like_resnet: { blocks: ["residual", "pool", "widen", "residual", "pool", "widen",
          "residual"] },
        like_densenet: { blocks: ["dense", "dense", "narrow", "pool", "dense", "dense", "dense"] },
        like_mobilenet: { blocks: ["inverted", "pool", "widen", "inverted", "pool", "widen",
          "inverted"] },
      });
      frame.row(examples, frame.group("change", [
        this.unless(() => this.blocks.length === 0, frame.button("remove",
          () => frame.set({ blocks: this.blocks.slice(0, -1) }))),
        this.unless(() => this.blocks.length === 0,
          frame.button("clear", () => frame.set({ blocks: [] })))]));
      frame.row(frame.choice("image"), frame.choice("width"));
      frame.row(frame.choice("bars"));
    }

    /** What may be longer than there is room for, in a box that scrolls, by the keyboard too. */
    scrolled(/** @type {string} */ name, /** @type {HTMLElement} */ inner) {
      return element("div", { class: `cnn-scrolled ${name}`, role: "region", tabindex: 0,
        "aria-label": this.frame.t(name) }, inner);
    }

    /** @returns {States["NetworkBuilder"]["blocks"]} */
    get blocks() {
      return this.frame.state.blocks;
    }

    /** A button that adds a block. @param {string} kind */
    adding(kind) {
      const { frame } = this;
      const blocks = () => /** @type {typeof this.blocks} */ ([...this.blocks, kind]);
      const { maxItems } = /** @type {ListDescription} */ (descriptions.NetworkBuilder.blocks);
      return this.unless(() => this.blocks.length === maxItems,
        frame.button(`block_${kind}`, () => frame.set({ blocks: blocks() })));
    }

    /** A button that cannot be pressed while `reason()`. */
    unless(/** @type {() => boolean} */ reason, /** @type {HTMLButtonElement} */ button) {
      this.frame.controls.push({ refresh: () => { button.disabled = reason(); } });
      return button;
    }

    draw() {
      const { frame } = this, { image, width, blocks, bars } = frame.state;
      const found = networkCosts(image, width, blocks);
      const most = Math.max(...found.rows.map((row) => row[bars]));
      this.body.replaceChildren(...found.rows.map((row) => this.row(row, row[bars] / most)));
      this.foot.replaceChildren(element("tr", {},
        element("th", { scope: "row", colspan: 3 }, frame.t("total")),
        ...PRICES.map((price) => element("td", {}, this.short(found[price], price)))));
      this.code.textContent = networkCode(found.rows, width);
      const last = found.rows[found.rows.length - 2];
      const words = frame.t("state", { blocks: blocks.length, channels: last.channels,
        side: last.side, field: last.field, image,
        parameters: format(found.parameters), products: this.short(found.products, "products"),
        memory: this.short(found.memory, "memory") });
      frame.say(found.ended < 0 ? words
        : `${frame.t("ended", { number: found.ended + 1 })} ${words}`);
    }

    /** @param {NetworkRow} row @param {number} share of the longest bar */
    row(row, share) {
      const { frame } = this, { kind, channels, side, field } = row;
      const maps = kind === "head" ? "10" : `${channels} × ${side} × ${side}`;
      return element("tr", { "data-kind": kind },
        element("th", { scope: "row" }, frame.t(`block_${kind}`)),
        element("td", {}, maps),
        element("td", {}, kind === "head" ? frame.t("all") : format(field)),
        ...PRICES.map((price) => {
          const barred = price === frame.state.bars;
          return element("td", barred ? { class: "cnn-barred", style: `--p: ${share}` } : {},
            this.short(row[price], price));
        }));
    }

    /** Three digits or so, and bytes for memory. @param {number} value @param {string} price */
    short(value, price) {
      const units = price === "memory" ? ["B", "kB", "MB", "GB"] : ["", "k", "M", "G", "T"];
      let place = 0, number = value;
      while (number >= 1000 && place < units.length - 1) {
        number /= 1000;
        place++;
      }
      const digits = place && number < 100 ? 1 : 0;
      return `${format(Number(number.toFixed(digits)), digits)} ${units[place]}`.trim();
    }
  }

  figure("NetworkBuilder", (frame) => new NetworkBuilder(frame));
}

// The grid of cells that most figures are made of, and what the reader points at.

/**
 * The steps of the arrow keys, down and right; Enter and Space stay.
 * @type {{ [key: string]: [number, number] | undefined }}
 */
const MOVES = {
  ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
  Enter: [0, 0], " ": [0, 0],
};

/** A figure that knows the cell under the pointer or the cursor. @template {FigureName} Name */
class Looking {
  /** @type {Looked | null} */
  looked = null;

  /** @param {Frame<Name>} frame */
  constructor(frame) { this.frame = frame; }

  /** @param {string} grid @returns {Look} */
  look(grid) {
    return (row, column = 0) => {
      this.looked = row === null ? null : { grid, row, column };
      this.frame.redraw();
    };
  }

  /**
   * Forgets a cell that a grid no longer has.
   * @param {{ [grid: string]: number[] }} sizes rows and columns
   */
  forget(sizes) {
    if (!this.looked) return;
    const { grid, row, column } = this.looked, [rows, columns] = sizes[grid] ?? [];
    if (row >= rows || column >= columns) this.looked = null;
  }
}

/**
 * The outline between padding and what it surrounds, if there is any.
 * @param {number} rows @param {number} columns @param {number} padding @returns {Outline[]}
 */
const edge = (rows, columns, padding) => (padding
  ? [[padding, padding, rows - 2 * padding, columns - 2 * padding, "edge"]] : []);

/** A titled grid of cells, one stop of the Tab key; the arrow keys move a cursor within it. */
class Grid {
  /** The side of a cell in the units of the picture, and the gap between two blocks of columns. */
  static UNIT = 36;
  static GAP = 18;

  rows = 0;
  columns = 0;
  /** Columns of a block: after each there is a gap. */
  block = 0;
  /** @type {[number, number] | null} */
  cursor = null;
  /** @typedef {{ box: SVGRectElement, text: SVGTextElement, node: SVGGElement }} Drawn */
  /** @type {Drawn[]} */
  cells = [];
  /** All cells made so far, by row and column. @type {Map<string, Drawn>} */
  made = new Map();
  outlines = svg("g", { class: "cnn-outlines" });
  title = element("div", { class: "cnn-title" });

  /**
   * `look(row, column)` tells that the pointer or the cursor is on a cell, `look(null)` that it
   * left; `pick(row, column)` answers a click, Enter or Space. `size` is the side of a cell in
   * pixels where there is room for it.
   * @param {Frame<any>} frame
   * @param {{ look?: Look, pick?: (row: number, column: number) => void, size?: number }} options
   */
  constructor(frame, { look, pick, size = 36 } = {}) {
    this.frame = frame;
    this.look = look;
    this.pick = pick;
    this.size = size;
    this.svg = svg("svg", { role: look ? "application" : "img", tabindex: look ? 0 : false });
    this.element = element("div", { class: "cnn-panel" }, this.title, this.svg);
    if (look) this.listen(look);
    frame.sized.push(this);
  }

  /**
   * The title; rows and columns of cells, with a gap after every `block` of columns. Cells are
   * made only where there was none before.
   * @param {string} title @param {number} rows @param {number} columns
   */
  shape(title, rows, columns, block = columns) {
    if (this.title.textContent !== title) {
      this.title.textContent = title;
      const label = this.look ? this.frame.t("arrows", { name: title }) : title;
      this.svg.setAttribute("aria-label", label);
    }
    if (rows === this.rows && columns === this.columns && block === this.block) return;
    if (block !== this.block) this.made.clear();
    [this.rows, this.columns, this.block, this.cursor] = [rows, columns, block, null];
    const { width, height } = this.units();
    this.svg.setAttribute("viewBox", `-1.5 -1.5 ${width + 3} ${height + 3}`);
    this.cells = Array.from({ length: rows * columns },
      (_, index) => this.cell(Math.floor(index / columns), index % columns));
    this.outlines.replaceChildren();
    this.svg.replaceChildren(...this.cells.map(({ node }) => node), this.outlines);
  }

  /** @param {number} row @param {number} column @returns {Drawn} */
  cell(row, column) {
    const known = this.made.get(`${row},${column}`);
    if (known) return known;
    const s = Grid.UNIT, x = this.left(column), y = row * s;
    const box = svg("rect", { x, y, width: s, height: s });
    const text = svg("text", { x: x + s / 2, y: y + s / 2, "aria-hidden": true,
      lengthAdjust: "spacingAndGlyphs" });
    const cell = { box, text, node: svg("g", {}, box, text) };
    this.made.set(`${row},${column}`, cell);
    return cell;
  }

  /** Where a column begins. @param {number} column */
  left(column) {
    return column * Grid.UNIT + Math.floor(column / this.block) * Grid.GAP;
  }

  units() {
    const gaps = Math.max(0, Math.ceil(this.columns / this.block) - 1);
    return { width: this.columns * Grid.UNIT + gaps * Grid.GAP, height: this.rows * Grid.UNIT };
  }

  /** The largest cells that this grid may have now, in pixels. */
  most() { return this.size * this.frame.zoom; }

  /** The largest cells with which it is at most `width` pixels wide. @param {number} width */
  widest(width) { return (width - 3) * Grid.UNIT / this.units().width; }

  /** Its width and height with cells of `size` pixels. @param {number} size */
  box(size) {
    const { width, height } = this.units(), scale = size / Grid.UNIT;
    return { width: width * scale + 3, height: height * scale + 3 };
  }

  /** The space that the title may take with cells of `size` pixels. @param {number} size */
  titleRoom(size) { return titleRoom(this.frame, this.box(size).width); }

  /** Cells of `size` pixels, and letters that fit into them. @param {number} size */
  resize(size) {
    const font = `bold ${this.frame.family}`;
    const room = Math.max(1, size - 2), scale = size / Grid.UNIT;
    const widths = this.cells.map(({ text }) => textWidth(text.textContent ?? "", font));
    const widest = Math.max(0.5, ...widths);
    const letter = Math.max(SMALLEST, Math.min(0.42 * size, room / widest));
    const { style } = this.svg;
    style.width = `${this.box(size).width}px`;
    style.setProperty("--cnn-letter", `${letter / scale}px`);
    this.title.style.maxWidth = `${this.titleRoom(size)}px`;
    this.svg.classList.toggle("cnn-tiny",
      SMALLEST > size || NARROWEST * letter * widest > room);
    this.cells.forEach(({ text }, index) => {
      const narrowed = widths[index] * letter > room + 0.5;
      if (narrowed) text.setAttribute("textLength", String(room / scale));
      else if (text.hasAttribute("textLength")) text.removeAttribute("textLength");
    });
  }

  /** @param {(row: number, column: number) => Cell} describe */
  paint(describe) {
    this.cells.forEach(({ box, text, node }, index) => {
      const { text: words = "", kind = "", fill = "" } =
        describe(Math.floor(index / this.columns), index % this.columns);
      const named = `cnn-cell ${kind}`;
      if (node.getAttribute("class") !== named) node.setAttribute("class", named);
      if (node.dataset.fill !== fill) box.style.fill = node.dataset.fill = fill;
      if (/unseen|changed/.test(kind) && node.childElementCount === 2) box.after(this.mark(box));
      if (text.textContent !== words) text.textContent = words;
    });
  }

  /** What marks a cell besides its color: hatching, or a corner. @param {SVGRectElement} box */
  mark(box) {
    const s = Grid.UNIT, h = s / 2, c = s / 3;
    return svg("g", { transform: `translate(${box.getAttribute("x")} ${box.getAttribute("y")})` },
      svg("path", { class: "cnn-hatch", d: `M0 ${h}L${h} 0M0 ${s}L${s} 0M${h} ${s}L${s} ${h}` }),
      svg("path", { class: "cnn-corner", d: `M${s - c} 0H${s}V${c}Z` }));
  }

  /** @param {Outline[]} frames */
  outline(frames) {
    const s = Grid.UNIT, boxes = this.outlines.children;
    while (boxes.length > frames.length) boxes[boxes.length - 1].remove();
    frames.forEach(([row, column, rows, columns, kind], index) => {
      const box = boxes[index] ?? this.outlines.appendChild(svg("rect"));
      fill(box, { class: kind, width: columns * s, height: rows * s, rx: 3 });
      /** @type {SVGRectElement} */ (box).style.transform =
        `translate(${this.left(column)}px, ${row * s}px)`;
    });
  }

  /** @param {Look} look */
  listen(look) {
    /** @param {Event} event */
    const at = ({ target }) => {
      const index = this.cells.findIndex(({ node }) => node.contains(/** @type {Node} */ (target)));
      return index < 0 ? null : /** @type {[number, number]} */ (
        [Math.floor(index / this.columns), index % this.columns]);
    };
    fill(this.svg, {
      pointermove: (event) => { const cell = at(event); if (cell) look(...cell); },
      pointerleave: () => look(null),
      click: (event) => { const cell = at(event); if (cell) this.pick?.(...cell); },
      blur: () => afterPress(() => look(null)),
      keydown: (event) => this.key(event, look),
    });
  }

  /** @param {KeyboardEvent} event @param {Look} look */
  key(event, look) {
    const move = MOVES[event.key];
    if (event.key === "Escape") { this.cursor = null; look(null); }
    if (!move) return;
    event.preventDefault();
    this.cursor = !this.cursor ? [0, 0]
      : [within(this.cursor[0] + move[0], 0, this.rows - 1),
         within(this.cursor[1] + move[1], 0, this.columns - 1)];
    look(...this.cursor);
    if (event.key === "Enter" || event.key === " ") this.pick?.(...this.cursor);
  }
}

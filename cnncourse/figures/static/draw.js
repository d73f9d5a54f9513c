// Elements, and the grid of cells that most figures are made of.
const SVG = "http://www.w3.org/2000/svg";

/**
 * element("p", { class: "x" }, "text", child …); functions become listeners, false is left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Attributes} attributes @param {(Node | string | null)[]} children
 */
function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * The same for SVG.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag @param {Attributes} attributes @param {(Node | string | null)[]} children
 */
function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * Gives attributes, listeners and children to an element.
 * @template {Element} T
 * @param {T} node @param {Attributes} attributes @param {(Node | string | null)[]} children
 */
function fill(node, attributes, children = []) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== false && value != null) node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** @param {HTMLCanvasElement} canvas */
function context2d(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser draws nothing on a canvas");
  return context;
}

/** A number as the reader should see it: at most `digits` decimals, and a real minus sign. */
const format = (/** @type {number} */ value, digits = 2) =>
  String(+value.toFixed(digits)).replace("-", "−");

/** A factor or a summand: in parentheses if it is negative. @param {number} value */
const enclosed = (value) => (value < 0 ? `(${format(value)})` : format(value));

/**
 * Zero is the paper, positive runs to red and negative to blue, as in the book's pictures.
 * @param {number} value @param {number} limit
 */
function signed(value, limit) {
  const share = Math.round(100 * Math.min(1, Math.abs(value) / (limit || 1)));
  const end = value < 0 ? "var(--cnn-negative)" : "var(--cnn-positive)";
  return `color-mix(in srgb, ${end} ${share}%, var(--cnn-zero))`;
}

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

/** A titled grid of cells, one stop of the Tab key; the arrow keys move a cursor within it. */
class Grid {
  rows = 0;
  columns = 0;
  /** @type {[number, number] | null} */
  cursor = null;
  /** @type {{ box: SVGRectElement, text: SVGTextElement, node: SVGGElement }[]} */
  cells = [];
  outlines = svg("g", { class: "cnn-outlines" });
  title = element("div", { class: "cnn-title" });

  /**
   * `look(row, column)` tells that the pointer or the cursor is on a cell, `look(null)` that it
   * left; `pick(row, column)` answers a click, Enter or Space.
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
  }

  /**
   * The title; rows and columns of cells. Cells are made again only if their number changed.
   * @param {string} title @param {number} rows @param {number} columns
   */
  shape(title, rows, columns) {
    this.title.textContent = title;
    const label = this.look ? this.frame.t("arrows", { name: title }) : title;
    this.svg.setAttribute("aria-label", label);
    if (rows === this.rows && columns === this.columns) return;
    [this.rows, this.columns, this.cursor] = [rows, columns, null];
    const s = this.size;
    this.svg.setAttribute("viewBox", `-1.5 -1.5 ${columns * s + 3} ${rows * s + 3}`);
    this.svg.style.width = `${columns * s + 3}px`;
    this.cells = [];
    this.outlines = svg("g", { class: "cnn-outlines" });
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const box = svg("rect", { x: j * s, y: i * s, width: s, height: s });
        const text = svg("text", { x: (j + 0.5) * s, y: (i + 0.5) * s, "aria-hidden": true });
        this.cells.push({ box, text, node: svg("g", {}, box, text) });
      }
    this.svg.replaceChildren(...this.cells.map(({ node }) => node), this.outlines);
  }

  /** @param {(row: number, column: number) => Cell} describe */
  paint(describe) {
    this.cells.forEach(({ box, text, node }, index) => {
      const { text: words = "", kind = "", fill = "" } =
        describe(Math.floor(index / this.columns), index % this.columns);
      node.setAttribute("class", `cnn-cell ${kind}`);
      box.style.fill = fill;
      if (kind.includes("unseen") && node.childElementCount === 2) box.after(this.hatch(box));
      if (text.textContent !== words) text.textContent = words;
    });
  }

  /** @param {SVGRectElement} box */
  hatch(box) {
    const s = this.size, h = s / 2;
    return svg("path", {
      class: "cnn-hatch", d: `M0 ${h}L${h} 0M0 ${s}L${s} 0M${h} ${s}L${s} ${h}`,
      transform: `translate(${box.getAttribute("x")} ${box.getAttribute("y")})`,
    });
  }

  /** @param {Outline[]} frames */
  outline(frames) {
    const s = this.size, boxes = this.outlines.children;
    while (boxes.length > frames.length) boxes[boxes.length - 1].remove();
    frames.forEach(([row, column, rows, columns, kind], index) => {
      const box = boxes[index] ?? this.outlines.appendChild(svg("rect"));
      fill(box, { class: kind, width: columns * s, height: rows * s, rx: 3 });
      /** @type {SVGRectElement} */ (box).style.transform =
        `translate(${column * s}px, ${row * s}px)`;
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
      blur: () => look(null),
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

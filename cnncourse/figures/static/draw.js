// Elements, and the grid of cells that most figures are made of.
const SVG = "http://www.w3.org/2000/svg";

// element("p", { class: "x" }, "text", child …); functions become listeners, false is left out.
function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

// A number as the reader should see it: at most `digits` decimals, and a real minus sign.
function format(value, digits = 2) {
  return String(+value.toFixed(digits)).replace("-", "−");
}

const within = (value, least, most) => Math.max(least, Math.min(most, value));

// Zero is the paper, positive runs to red and negative to blue, as in the book's pictures.
function signed(value, limit) {
  const share = Math.round(100 * Math.min(1, Math.abs(value) / (limit || 1)));
  const end = value < 0 ? "var(--cnn-negative)" : "var(--cnn-positive)";
  return `color-mix(in srgb, ${end} ${share}%, var(--cnn-zero))`;
}

// A titled grid of cells, one stop of the Tab key; the arrow keys move a cursor within it.
//
// `look(row, column)` tells the grid that the pointer or the cursor is on a cell, `look(null)` that
// it left; `pick(row, column)` answers a click, Enter or Space. Both are optional.
class Grid {
  constructor(frame, { look, pick, size = 36 } = {}) {
    Object.assign(this, { frame, look, pick, size, rows: 0, columns: 0, cursor: null });
    this.title = element("div", { class: "cnn-title" });
    this.svg = svg("svg", { role: look ? "application" : "img", tabindex: look ? 0 : false });
    this.element = element("div", { class: "cnn-panel" }, this.title, this.svg);
    if (look) this.listen();
  }

  // The title; rows and columns of cells. Cells are made again only if their number changed.
  shape(title, rows, columns) {
    this.title.textContent = title;
    this.svg.setAttribute("aria-label", this.look ? this.frame.t("arrows", { name: title }) : title);
    if (rows === this.rows && columns === this.columns) return;
    Object.assign(this, { rows, columns, cursor: null });
    const s = this.size;
    this.svg.setAttribute("viewBox", `-1.5 -1.5 ${columns * s + 3} ${rows * s + 3}`);
    this.svg.style.width = `${columns * s + 3}px`;
    this.cells = [];
    this.outlines = svg("g", { class: "cnn-outlines" });
    this.svg.replaceChildren();
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++) {
        const box = svg("rect", { x: j * s, y: i * s, width: s, height: s });
        const text = svg("text", { x: (j + 0.5) * s, y: (i + 0.5) * s, "aria-hidden": true });
        this.cells.push({ box, text, node: svg("g", {}, box, text) });
        this.svg.append(this.cells.at(-1).node);
      }
    this.svg.append(this.outlines);
  }

  // `describe(row, column)` gives each cell's {text, kind, fill}; kinds are class names.
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

  hatch(box) {
    const s = this.size, h = s / 2;
    return svg("path", { class: "cnn-hatch", d: `M0 ${h}L${h} 0M0 ${s}L${s} 0M${h} ${s}L${s} ${h}`,
      transform: `translate(${box.getAttribute("x")} ${box.getAttribute("y")})` });
  }

  // Frames over the cells: [row, column, rows, columns, class name].
  outline(frames) {
    const s = this.size;
    while (this.outlines.childElementCount > frames.length) this.outlines.lastChild.remove();
    frames.forEach(([row, column, rows, columns, kind], index) => {
      const box = this.outlines.children[index] ?? this.outlines.appendChild(svg("rect"));
      fill(box, { class: kind, width: columns * s, height: rows * s, rx: 3 }, []);
      box.style.transform = `translate(${column * s}px, ${row * s}px)`;
    });
  }

  listen() {
    const at = (event) => {
      const index = this.cells.findIndex(({ node }) => node.contains(event.target));
      return index < 0 ? null : [Math.floor(index / this.columns), index % this.columns];
    };
    fill(this.svg, {
      pointermove: (event) => { const cell = at(event); if (cell) this.look(...cell); },
      pointerleave: () => this.look(null),
      click: (event) => { const cell = at(event); if (cell && this.pick) this.pick(...cell); },
      blur: () => this.look(null),
      keydown: (event) => this.key(event),
    }, []);
  }

  key(event) {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1],
                   Enter: [0, 0], " ": [0, 0] }[event.key];
    if (event.key === "Escape") this.look((this.cursor = null));
    if (!move) return;
    event.preventDefault();
    const [row, column] = this.cursor ?? [0, 0];
    this.cursor = !this.cursor ? [0, 0]
      : [within(row + move[0], 0, this.rows - 1), within(column + move[1], 0, this.columns - 1)];
    this.look(...this.cursor);
    if (this.pick && (event.key === "Enter" || event.key === " ")) this.pick(...this.cursor);
  }
}

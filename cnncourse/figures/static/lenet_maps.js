// What the figures of LeNet share: its maps side by side on one canvas, one pixel a unit.

/**
 * 256 colors between the figure's negative, zero and positive, as they are in this mode; null
 * where the page does not show the figure yet, or has not read its style.
 * @param {Element} node @returns {Uint32Array | null}
 */
function palette(node) {
  const style = getComputedStyle(node);
  const ends = ["negative", "zero", "positive"]
    .map((name) => style.getPropertyValue(`--cnn-${name}`).trim());
  if (!ends.every(Boolean)) return null;
  const known = palettes.get(ends.join());
  if (known) return known;
  const [negative, zero, positive] = ends.map(rgb);
  const colors = new Uint32Array(256);
  for (let i = 0; i < 256; i++) {
    const value = (i - 127.5) / 127.5, end = value < 0 ? negative : positive;
    const [r, g, b] = zero.map((from, c) => Math.round(from + (end[c] - from) * Math.abs(value)));
    colors[i] = (255 << 24) | (b << 16) | (g << 8) | r;
  }
  palettes.set(ends.join(), colors);
  return colors;
}

/** By the colors that they run between. @type {Map<string, Uint32Array>} */
const palettes = new Map();

/** Red, green and blue of "#rgb" or "#rrggbb". @param {string} hex */
function rgb(hex) {
  const digits = hex.length === 4 ? hex.replace(/\w/g, (digit) => digit + digit) : hex;
  return [1, 3, 5].map((at) => parseInt(digits.slice(at, at + 2), 16));
}

/** @typedef {[map: number, row: number, column: number]} Unit */
/** @typedef {{ maps: number, side: number, across: number, gap: number }} Layout */

/** Maps on one canvas, with a mark that can lie on one of them. */
class Maps {
  /** The pixel [y, x] under the keyboard's cursor. @type {[number, number] | null} */
  cursor = null;
  mark = svg("rect", { class: "cnn-mark" });
  /** Hatching on what is below zero, so that the sign is seen without the color. */
  below = svg("path", { class: "cnn-below" });

  /**
   * `look(unit)` tells the unit under the pointer or the cursor, `pick(unit)` one that was chosen;
   * without them the maps are a picture.
   * @param {Frame<any>} frame @param {string} name @param {Layout} layout
   * @param {{ look(unit: Unit | null): void, pick(unit: Unit): void }} [use]
   */
  constructor(frame, name, layout, use) {
    const { maps, side, across, gap } = layout;
    this.layout = layout;
    const width = this.width = across * (side + gap) - gap;
    const height = this.height = Math.ceil(maps / across) * (side + gap) - gap;
    this.canvas = element("canvas", { width, height, class: "cnn-pixels" });
    const overlay = svg("svg",
      { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", class: "cnn-overlay",
        "aria-hidden": true }, this.below, this.mark);
    this.element = element("div",
      { class: side === 1 ? "cnn-maps cnn-strip" : "cnn-maps" }, this.canvas, overlay);
    this.context = context2d(this.canvas);
    this.image = this.context.createImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    const title = frame.t(name), label = use ? frame.t("arrows", { name: title }) : title;
    fill(this.canvas, { role: use ? "application" : "img", "data-alt": title,
      "aria-label": label, tabindex: use ? 0 : false });
    if (use) this.listen(use);
  }

  /** The upper left corner of a map. @param {number} map */
  corner(map) {
    const { across, side, gap } = this.layout;
    return [Math.floor(map / across), map % across].map((n) => n * (side + gap));
  }

  /** @param {Float64Array} data @param {(value: number) => number} color */
  draw(data, color) {
    const { maps, side } = this.layout;
    for (let map = 0, from = 0; map < maps; map++) {
      const [top, left] = this.corner(map);
      for (let i = 0; i < side; i++)
        for (let j = 0; j < side; j++)
          this.pixels[(top + i) * this.width + left + j] = color(data[from++]);
    }
    this.context.putImageData(this.image, 0, 0);
  }

  /**
   * The same for values whose sign the color tells.
   * @param {Float64Array} data @param {(value: number) => number} color
   */
  drawSigned(data, color) {
    this.draw(data, color);
    this.hatch(data);
  }

  /**
   * Hatches the units below zero, along their diagonals: all of them, or where units are small
   * every second one. @param {Float64Array} data
   */
  hatch(data) {
    const { maps, side } = this.layout, apart = Math.max(1, Math.round(this.width / 100));
    let path = "";
    for (let map = 0; map < maps; map++) {
      const [top, left] = this.corner(map), from = map * side * side;
      for (let sum = 0; sum < 2 * side - 1; sum += apart) {
        const first = Math.max(0, sum - side + 1), last = Math.min(sum, side - 1);
        for (let j = first, length = 0; j <= last + 1; j++) {
          if (j <= last && data[from + (sum - j) * side + j] < 0) { length++; continue; }
          const x = left + j - length, y = top + sum - j + 1 + length;
          if (length) path += `M${x} ${y}l${length}-${length}`;
          length = 0;
        }
      }
    }
    this.below.setAttribute("d", path);
  }

  /** Marks `size` units from one on, or none. @param {Unit | null} unit */
  outline(unit, size = 1) {
    this.mark.style.display = unit ? "" : "none";
    if (!unit) return;
    const [map, row, column] = unit, [top, left] = this.corner(map);
    fill(this.mark, { x: left + column, y: top + row, width: size, height: size });
  }

  /** The unit at a pixel, or null in a gap. @param {number} y @param {number} x */
  unit(y, x) {
    const { across, side, gap } = this.layout, step = side + gap;
    const row = y % step, column = x % step;
    if (y < 0 || x < 0 || y >= this.height || x >= this.width) return null;
    if (row >= side || column >= side) return null;
    const map = Math.floor(y / step) * across + Math.floor(x / step);
    return /** @type {Unit} */ ([map, row, column]);
  }

  /** @param {{ look(unit: Unit | null): void, pick(unit: Unit): void }} use */
  listen({ look, pick }) {
    /** @param {PointerEvent} event */
    const at = (event) => {
      const box = this.canvas.getBoundingClientRect();
      return this.unit(Math.floor(((event.clientY - box.top) / box.height) * this.height),
        Math.floor(((event.clientX - box.left) / box.width) * this.width));
    };
    const leave = () => look(null);
    fill(this.canvas, {
      pointermove: (event) => { const unit = at(event); if (unit) look(unit); },
      pointerleave: leave,
      blur: () => afterPress(leave),
      click: (event) => { const unit = at(event); if (unit) pick(unit); },
      keydown: (event) => {
        const move = MOVES[event.key];
        if (!move) return;
        event.preventDefault();
        const here = this.cursor && this.unit(...this.cursor);
        if (here && !move.some(Boolean)) return pick(here);
        this.step(move);
        if (this.cursor) look(this.unit(...this.cursor));
      },
    });
  }

  /**
   * Moves the cursor to the next unit, over a gap if there is one.
   * @param {[number, number]} move
   */
  step([down, right]) {
    if (!this.cursor) { this.cursor = [0, 0]; return; }
    let [y, x] = this.cursor;
    do { y += down; x += right; }
    while (!this.unit(y, x) && y >= 0 && x >= 0 && y < this.height && x < this.width);
    if (this.unit(y, x)) this.cursor = [y, x];
  }
}

/** From -1 … 1 to 0 … 255. @param {number} value */
const toByte = (value) => Math.round((value + 1) * 127.5);

/** A pixel of a canvas from its gray, -1 to 1. @param {number} value */
const grayPixel = (value) => {
  const gray = toByte(value);
  return (255 << 24) | (gray << 16) | (gray << 8) | gray;
};

/** A figure in which LeNet reads what is drawn. @template {FigureName} Name */
class LeNetFigure {
  weights = forward.lenetWeights(LENET_WEIGHTS);
  waiting = 0;

  /** @param {Frame<Name>} frame */
  constructor(frame) {
    this.frame = frame;
    // Canvases do not follow the page's colors by themselves.
    const observer = new MutationObserver(() => frame.redraw());
    observer.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    observer.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
    frame.ends.push(() => {
      observer.disconnect();
      cancelAnimationFrame(this.waiting);
    });
  }

  /** @param {string} title @param {Element} content */
  titled(title, content) {
    return element("div", { class: "cnn-panel" },
      element("div", { class: "cnn-title" }, this.frame.t(title)), content);
  }

  /** What `palette` says; while that is nothing, the figure is drawn anew in the next frame. */
  colors() {
    const colors = palette(this.frame.stage);
    cancelAnimationFrame(this.waiting);
    if (!colors) this.waiting = requestAnimationFrame(() => this.frame.redraw());
    return colors;
  }
}

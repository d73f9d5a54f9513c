// The picture and the feature map of KernelLab, and the reader's own picture.

/** A canvas of pixels, one stop of the Tab key. */
class Pixels {
  /** Of a pixel, in pixels of the screen. */
  static SIZE = 4.2;

  /** Where the mark's middle is. @type {[number, number]} */
  at = [0, 0];
  pressed = false;
  title = element("div", { class: "cnn-title" });
  mark = element("div", { class: "cnn-place" });

  /**
   * `look(row, column)` as in Grid, `press` where the pointer or Space presses: it is told whether
   * that begins there, or goes on from where it was.
   * @param {Frame<any>} frame @param {number} side
   * @param {(row: number, column: number) => void} look
   * @param {(row: number, column: number, begins: boolean) => void} press
   */
  constructor(frame, side, look, press = () => {}) {
    this.frame = frame;
    this.side = side;
    this.look = look;
    this.press = press;
    this.canvas = element("canvas",
      { width: side, height: side, tabindex: 0, role: "application", class: "cnn-raster" });
    this.element = element("div", { class: "cnn-panel" }, this.title,
      element("div", { class: "cnn-over" }, this.canvas, this.mark));
    this.listen();
    frame.sized.push(this);
  }

  most() { return Pixels.SIZE * this.frame.zoom; }

  /** @param {number} width */
  widest(width) { return width / this.side; }

  /** @param {number} size */
  box(size) { return { width: size * this.side, height: size * this.side }; }

  /** @param {number} size */
  resize(size) { this.canvas.style.width = `${this.box(size).width}px`; }

  listen() {
    const up = () => { this.pressed = this.frame.busy = false; };
    /** @param {PointerEvent} event */
    const moved = (event) => {
      // A fast stroke is told in one event for several places.
      const events = event.getCoalescedEvents?.() ?? [];
      if (this.pressed)
        for (const one of events.length ? events : [event]) this.press(...this.pixel(one), false);
      this.look(...this.pixel(event));
    };
    fill(this.canvas, {
      pointerdown: (event) => {
        this.pressed = this.frame.busy = true;
        this.press(...this.pixel(event), true);
        this.look(...this.pixel(event));
      },
      pointermove: moved,
      pointerup: up,
      pointercancel: up,
      pointerleave: up,
      keydown: (event) => this.key(event),
    });
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  pixel(event) {
    const box = this.canvas.getBoundingClientRect();
    /** @param {number} offset */
    const pixel = (offset) => within(Math.floor(offset / box.width * this.side), 0, this.side - 1);
    return [pixel(event.clientY - box.top), pixel(event.clientX - box.left)];
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const move = MOVES[event.key];
    if (!move) return;
    event.preventDefault();
    if (event.key === " " || event.key === "Enter") this.press(...this.at, true);
    else this.look(this.at[0] + move[0], this.at[1] + move[1]);
  }

  /**
   * The title, the gray of each pixel (0 to 255), and a frame around `size` pixels at a place.
   * @param {string} title @param {Float64Array} grays @param {[number, number]} place
   * @param {number} size
   */
  paint(title, grays, [row, column], size) {
    const { canvas, side } = this;
    this.at = [row + (size - 1) / 2, column + (size - 1) / 2];
    this.title.textContent = title;
    canvas.setAttribute("aria-label", this.frame.t("arrows", { name: title }));
    const context = context2d(canvas), image = context.createImageData(side, side);
    grays.forEach((gray, index) => image.data.set([gray, gray, gray, 255], 4 * index));
    context.putImageData(image, 0, 0);
    /** @param {number} pixels */
    const share = (pixels) => `${100 * pixels / side}%`;
    const { style } = this.mark;
    [style.top, style.left] = [share(row), share(column)];
    [style.width, style.height] = [share(size), share(size)];
  }
}

/** @type {{ strokes: number[][], picture: Tensor } | null} */
let lastDrawn = null;

/**
 * What strokes [x, y, x, y, …] draw on `size` × `size` pixels: white lines on black.
 * @param {number[][]} strokes @param {number} size @returns {Tensor}
 */
function drawn(strokes, size) {
  if (lastDrawn?.strokes === strokes) return lastDrawn.picture;
  const picture = math.tensor([1, size, size]);
  /** @param {number} row @param {number} column */
  const dot = (row, column) => {
    for (let i = Math.max(0, row - 1); i <= Math.min(size - 1, row + 1); i++)
      for (let j = Math.max(0, column - 1); j <= Math.min(size - 1, column + 1); j++) {
        const at = i * size + j, gray = i === row || j === column ? 255 : 128;
        picture.data[at] = Math.max(picture.data[at], gray);
      }
  };
  for (const [left, top, ...rest] of strokes) {
    let [x, y] = [left, top];
    dot(y, x);
    for (let at = 0; at < rest.length; at += 2) {
      const across = rest[at] - x, down = rest[at + 1] - y;
      const steps = Math.max(Math.abs(across), Math.abs(down));
      for (let step = 1; step <= steps; step++)
        dot(Math.round(y + down * step / steps), Math.round(x + across * step / steps));
      [x, y] = [rest[at], rest[at + 1]];
    }
  }
  lastDrawn = { strokes, picture };
  return picture;
}

/**
 * The middle of a picture that the reader chose, in gray, `size` pixels high and wide. It is read
 * here and goes nowhere. Throws if the browser cannot read it.
 * @param {File} file @param {number} size @returns {Promise<Tensor>}
 */
async function grayPicture(file, size) {
  const bitmap = await createImageBitmap(file);
  const context = context2d(element("canvas", { width: size, height: size }));
  const side = Math.min(bitmap.width, bitmap.height);
  context.drawImage(bitmap, (bitmap.width - side) / 2, (bitmap.height - side) / 2, side, side,
    0, 0, size, size);
  const { data } = context.getImageData(0, 0, size, size);
  return math.tensor([1, size, size], Array.from({ length: size ** 2 }, (_, index) => {
    const [red, green, blue] = data.subarray(4 * index);
    return Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  }));
}

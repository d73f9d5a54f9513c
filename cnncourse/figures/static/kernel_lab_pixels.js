// The picture and the feature map of KernelLab, and the reader's own picture.

/** A canvas of pixels, one stop of the Tab key. */
class Pixels {
  static ZOOM = 5;

  /** Where the mark's middle is. @type {[number, number]} */
  at = [0, 0];
  pressed = false;
  title = element("div", { class: "cnn-title" });
  mark = element("div", { class: "cnn-place" });

  /**
   * `look(row, column)` as in Grid, `press` where the pointer or Space presses.
   * @param {Frame<any>} frame @param {number} side
   * @param {(row: number, column: number) => void} look
   * @param {(row: number, column: number) => void} press
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
    this.canvas.style.width = `${side * Pixels.ZOOM}px`;
    this.listen();
  }

  listen() {
    const up = () => { this.pressed = false; };
    fill(this.canvas, {
      pointerdown: (event) => {
        this.pressed = true;
        this.press(...this.pixel(event));
        this.look(...this.pixel(event));
      },
      pointermove: (event) => {
        if (this.pressed) this.press(...this.pixel(event));
        this.look(...this.pixel(event));
      },
      pointerup: up,
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
    if (event.key === " " || event.key === "Enter") this.press(...this.at);
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

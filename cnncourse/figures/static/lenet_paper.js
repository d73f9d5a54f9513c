// The paper of LeNetLive: strokes by pen, finger or mouse; with the keyboard, arrows move the pen
// and Space lowers and lifts it.
class Paper {
  /** The side of the paper; a movement of the keyboard's pen, and the shortest of the pointer's. */
  static SIDE = 100;
  static STEP = 4;
  static SHORTEST = 2;

  /** Where the keyboard's pen is. @type {{ x: number, y: number, down: boolean } | null} */
  pen = null;
  /** The pointer that draws. @type {number | null} */
  pointer = null;
  lines = svg("g");
  dot = svg("circle", { r: 3, class: "cnn-pen" });

  /** @param {Frame<"LeNetLive"> | Frame<"GradCam">} frame */
  constructor(frame) {
    this.frame = frame;
    this.element = svg("svg", { viewBox: `0 0 ${Paper.SIDE} ${Paper.SIDE}`, class: "cnn-paper",
      role: "application", tabindex: 0, "aria-label": frame.t("paper") }, this.lines, this.dot);
    const up = () => this.up();
    fill(this.element, {
      pointerdown: (event) => this.down(event),
      pointermove: (event) => {
        if (event.pointerId === this.pointer) this.add(...this.place(event), false);
      },
      pointerup: up,
      pointercancel: up,
      blur: () => { this.pen = null; this.paint(); },
      keydown: (event) => this.key(event),
    });
  }

  /** @param {PointerEvent} event @returns {[number, number]} */
  place(event) {
    const box = this.element.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * Paper.SIDE,
      ((event.clientY - box.top) / box.height) * Paper.SIDE];
  }

  /** @param {PointerEvent} event */
  down(event) {
    event.preventDefault();
    this.element.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.frame.busy = true;
    this.add(...this.place(event), true);
  }

  up() {
    if (this.pointer === null) return;
    this.pointer = null;
    this.frame.busy = false;
    this.frame.redraw();
  }

  /** Draws to a point. @param {number} x @param {number} y @param {boolean} start of a stroke */
  add(x, y, start) {
    const { strokes } = this.frame.state;
    const point = [x, y].map((value) => within(Math.round(value), 0, Paper.SIDE));
    if (start) return this.frame.set({ strokes: [...strokes, point] });
    const stroke = strokes[strokes.length - 1] ?? [];
    const [fromX, fromY] = stroke.slice(-2);
    if (Math.hypot(fromX - point[0], fromY - point[1]) < Paper.SHORTEST) return;
    this.frame.set({ strokes: [...strokes.slice(0, -1), [...stroke, ...point]] });
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const move = MOVES[event.key];
    if (!move || event.key === "Enter") return;
    event.preventDefault();
    const pen = (this.pen ??= { x: 50, y: 20, down: false });
    if (event.key === " ") pen.down = !pen.down;
    pen.y = within(pen.y + Paper.STEP * move[0], 0, Paper.SIDE);
    pen.x = within(pen.x + Paper.STEP * move[1], 0, Paper.SIDE);
    if (pen.down) this.add(pen.x, pen.y, event.key === " ");
    this.paint();
    if (!pen.down) this.frame.say(this.words()); // else the network's answer is said with it
  }

  paint() {
    const { strokes } = this.frame.state, lines = this.lines.children, { pen, dot } = this;
    while (lines.length > strokes.length) lines[lines.length - 1].remove();
    strokes.forEach((stroke, i) => {
      const line = lines[i] ?? this.lines.appendChild(svg("polyline"));
      const points = String(stroke.length === 2 ? [...stroke, ...stroke] : stroke);
      if (line.getAttribute("points") !== points) line.setAttribute("points", points);
    });
    dot.style.display = pen ? "" : "none";
    if (pen) fill(dot, { cx: pen.x, cy: pen.y, class: pen.down ? "cnn-pen down" : "cnn-pen" });
  }

  /** Where the keyboard's pen is, if it is in use. */
  words() {
    if (!this.pen) return "";
    const { x, y, down } = this.pen;
    return `${this.frame.t(down ? "pen_down" : "pen_up", { x, y })} `;
  }
}

// Figure Equivariance: drag the image; a convolution's map follows, a dense layer's does not.
{
  const IMAGE = ["00000000", "00133000", "03000300", "00000300",
                 "00003000", "00030000", "01333331", "00000000"];
  const SIZE = IMAGE.length;
  const KERNEL = math.tensor([1, 1, 3, 3], [1, 0, -1, 2, 0, -2, 1, 0, -1]);
  const UNMOVED = math.tensor([1, SIZE, SIZE], IMAGE.flatMap((row) => [...row].map(Number)));
  // A weight for each pair of pixels, whole numbers from -1 to 1 that look like no pattern.
  const DENSE = math.tensor([SIZE ** 2, SIZE ** 2],
    Array.from({ length: SIZE ** 4 }, (_, index) => Math.floor(3 * math.noise(index)) - 1));

  /** @typedef {States["Equivariance"]} State */

  /** @param {Tensor} x @param {State} state @returns {Tensor} */
  const convolve = (x, { padding, stride }) => (padding === "zeros"
    ? math.conv2d(x, KERNEL, null, { padding: 1, stride })
    : math.conv2d(math.wrap2d(x, 1), KERNEL, null, { stride }));

  /** @param {Tensor} x @returns {Tensor} */
  const dense = ({ data }) => math.tensor([1, SIZE, SIZE],
    math.matmul(DENSE, math.tensor([SIZE ** 2, 1], data)).data);

  /** @extends {Looking<"Equivariance">} */
  class Equivariance extends Looking {
    /**
     * Where dragging began.
     * @type {{ x: number, y: number, right: number, down: number } | null}
     */
    dragged = null;

    /** @param {Frame<"Equivariance">} frame */
    constructor(frame) {
      super(frame);
      this.input = new Grid(frame, { look: this.look("input"), size: 30 });
      this.map = new Grid(frame, { look: this.look("map"), size: 30 });
      this.dense = new Grid(frame, { look: this.look("dense"), size: 30 });
      frame.stage.append(element("div", { class: "cnn-panels" },
        this.input.element, this.map.element, this.dense.element));
      frame.row(frame.choice("padding"), frame.choice("stride"));
      frame.row(frame.slider("right"), frame.slider("down"));
      frame.walk = (by) => frame.step("right", by);
      this.drag();
    }

    /** Dragging moves the image by whole pixels; the sliders and the keyboard do the same. */
    drag() {
      const { frame, input: { svg: image } } = this;
      const stop = () => { this.dragged = null; };
      image.classList.add("cnn-drag");
      fill(image, {
        pointerdown: (event) => {
          this.dragged = { x: event.clientX, y: event.clientY, ...frame.state };
          image.setPointerCapture(event.pointerId);
        },
        pointermove: (event) => {
          if (!this.dragged) return;
          const { x, y, right, down } = this.dragged;
          const pixel = image.getBoundingClientRect().width / SIZE;
          frame.set({ right: right + (event.clientX - x) / pixel,
            down: down + (event.clientY - y) / pixel });
        },
        pointerup: stop,
        pointercancel: stop,
      });
    }

    draw() {
      const { right, down, stride } = this.frame.state, x = math.roll2d(UNMOVED, down, right);
      const size = SIZE / stride, whole = right % stride === 0 && down % stride === 0;
      this.forget({ input: [SIZE, SIZE], map: [size, size], dense: [SIZE, SIZE] });
      const found = convolve(x, this.frame.state), answers = dense(x);
      // The first map, moved as the image was: what an equivariant layer gives.
      const expected = whole
        ? math.roll2d(convolve(UNMOVED, this.frame.state), down / stride, right / stride) : null;
      const wanted = math.roll2d(dense(UNMOVED), down, right);
      const follows = [...found.data].map((v, index) => v === expected?.data[index]);
      const same = [...answers.data].map((v, index) => v === wanted.data[index]);
      this.drawInput(x);
      this.drawAnswers("map", found, follows);
      this.drawAnswers("dense", answers, same);
      this.describe(whole, follows, same);
    }

    /** @param {string} grid @param {number} i @param {number} j */
    here(grid, i, j) {
      const { looked } = this;
      return looked?.grid === grid && looked.row === i && looked.column === j;
    }

    /**
     * Whether the unit that is looked at reads the pixel (i, j).
     * @param {number} i @param {number} j
     */
    reads(i, j) {
      const { looked } = this, { padding, stride } = this.frame.state;
      if (looked?.grid === "dense") return true;
      if (looked?.grid !== "map") return false;
      return [0, 1, 2].some((m) => [0, 1, 2].some((n) => {
        const row = looked.row * stride + m - 1, column = looked.column * stride + n - 1;
        return padding === "zeros" ? row === i && column === j
          : math.ring(row, SIZE) === i && math.ring(column, SIZE) === j;
      }));
    }

    /** @param {Tensor} x */
    drawInput({ data }) {
      this.input.shape(this.frame.t("input"), SIZE, SIZE);
      this.input.paint((i, j) => {
        const v = data[i * SIZE + j], on = this.reads(i, j) || this.here("input", i, j);
        return { text: v || on ? format(v) : "", kind: on ? " on" : "",
          fill: on ? "" : fills.signed(v, 4) };
      });
    }

    /** @param {"map" | "dense"} name @param {Tensor} answers @param {boolean[]} follows */
    drawAnswers(name, { shape: [, size], data }, follows) {
      this[name].shape(this.frame.t(name, { size }), size, size);
      this[name].paint((i, j) => {
        const index = i * size + j, v = data[index];
        return {
          text: v || name === "dense" || !follows[index] ? format(v) : "",
          kind: (follows[index] ? "" : "changed") + (this.here(name, i, j) ? " on" : ""),
          fill: follows[index] ? fills.signed(v, 14) : "",
        };
      });
    }

    /** @param {boolean} whole @param {boolean[]} follows @param {boolean[]} same */
    describe(whole, follows, same) {
      const { frame } = this, { right, down, stride } = frame.state;
      const wrong = follows.filter((yes) => !yes).length, lost = same.filter((yes) => !yes).length;
      const counts = { wrong, entries: follows.length, lost, units: same.length };
      const verdict = !right && !down ? frame.t("start")
        : !whole ? frame.t("between", { stride }) : frame.t(wrong ? "partly" : "follows", counts);
      frame.say(`${frame.t("state", { right, down })} ${verdict}`);
    }
  }

  figure("Equivariance", (frame) => new Equivariance(frame));
}

// The way forward through LeNet, from what a pen drew to ten probabilities: mathematics without
// DOM, compared with torch's.
const forward = {
  /**
   * Numbers of two bytes each, base64, to floats (IEEE 754 binary16, little-endian).
   * @param {string} base64 @returns {Float64Array}
   */
  float16(base64) {
    const bytes = atob(base64), numbers = new Float64Array(bytes.length / 2);
    for (let i = 0; i < numbers.length; i++) {
      const bits = bytes.charCodeAt(2 * i) | (bytes.charCodeAt(2 * i + 1) << 8);
      const exponent = (bits >> 10) & 31, fraction = bits & 1023;
      const size = exponent ? 2 ** (exponent - 25) * (1024 + fraction) : 2 ** -24 * fraction;
      numbers[i] = bits & 0x8000 ? -size : size;
    }
    return numbers;
  },

  /**
   * The state dict of cnncourse.models.LeNet from its stored form: tensors by name.
   * @param {{ shapes: { [name: string]: number[] }, float16: string }} stored
   */
  lenetWeights({ shapes, float16 }) {
    const numbers = forward.float16(float16);
    /** @type {{ [name: string]: Tensor }} */
    const weights = {};
    let at = 0;
    for (const [name, shape] of Object.entries(shapes)) {
      const size = shape.reduce((a, b) => a * b, 1);
      weights[name] = math.tensor(shape, numbers.subarray(at, (at += size)));
    }
    return weights;
  },

  /**
   * The slides' LeNet on an image (1, 32, 32) from -1 to 1: every stage, by name.
   * @param {Tensor} image @param {{ [name: string]: Tensor }} weights
   * @returns {{ [stage: string]: Tensor }}
   */
  lenet(image, weights) {
    /** @type {(name: string) => [Tensor, Float64Array]} */
    const layer = (name) => [weights[`${name}.weight`], weights[`${name}.bias`].data];
    const C1 = math.tanh(math.conv2d(image, ...layer("features.0")));
    const S2 = math.pool2d(C1, 2, { mode: "average" });
    const C3 = math.tanh(math.conv2d(S2, ...layer("features.3")));
    const S4 = math.pool2d(C3, 2, { mode: "max" });
    const F5 = math.tanh(math.linear(S4, ...layer("fc.0")));
    const F6 = math.tanh(math.linear(F5, ...layer("fc.2")));
    const output = math.softmax(math.linear(F6, ...layer("fc.4")));
    return { input: image, C1, S2, C3, S4, F5, F6, output };
  },

  /**
   * Size and step, in pixels of the input, of the fields that the units of a layer see, after
   * layers [kernel, stride] without padding: unit j sees the positions from j · step on.
   * @param {number[][]} layers
   */
  receptiveField(layers) {
    let size = 1, step = 1;
    for (const [kernel, stride] of layers) {
      size += (kernel - 1) * step;
      step *= stride;
    }
    return { size, step };
  },

  /**
   * What a pen drew, as the digits of the training data were scanned: strokes [x, y, x, y, …] are
   * moved and scaled to fill 32 × 32 pixels in height (or in width, if wider than high), drawn with
   * a pen of fixed width, and the ink of each block of 4 × 4 pixels is counted: (1, 8, 8), 0 to 16.
   * @param {number[][]} strokes @returns {Tensor}
   */
  scan(strokes, { size = 32, radius = 2 } = {}) {
    const out = math.tensor([1, 8, 8]), ink = new Uint8Array(size * size), block = size / 8;
    for (const [from, to] of forward.segments(strokes, size, radius))
      forward.inkSegment(ink, size, from, to, radius);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++)
        out.data[Math.floor(i / block) * 8 + Math.floor(j / block)] += ink[i * size + j];
    return out;
  },

  /**
   * The lines that strokes are made of, moved and scaled to fill the image; a dot is a line, too.
   * @param {number[][]} strokes @param {number} size @param {number} radius
   * @returns {[number[], number[]][]}
   */
  segments(strokes, size, radius) {
    /** @param {number} first */
    const pick = (first) => strokes.flatMap((stroke) => stroke.filter((_, i) => i % 2 === first));
    const [xs, ys] = [pick(0), pick(1)];
    if (!xs.length) return [];
    const [left, right] = [Math.min(...xs), Math.max(...xs)];
    const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
    const scale = (size - 2 * radius) / Math.max(right - left, bottom - top, 1);
    /** @type {(value: number, least: number, most: number) => number} */
    const place = (value, least, most) => (value - (least + most) / 2) * scale + size / 2;
    return strokes.flatMap((stroke) => {
      /** @type {number[][]} */
      const points = [];
      for (let i = 0; i < stroke.length; i += 2)
        points.push([place(stroke[i], left, right), place(stroke[i + 1], top, bottom)]);
      if (points.length === 1) return [[points[0], points[0]]];
      return points.slice(1).map((to, i) => /** @type {[number[], number[]]} */ ([points[i], to]));
    });
  },

  /**
   * Blackens the pixels that a pen of `radius` covers on its way.
   * @param {Uint8Array} ink @param {number} size @param {number[]} start @param {number[]} end
   * @param {number} radius
   */
  inkSegment(ink, size, [ax, ay], [bx, by], radius) {
    const dx = bx - ax, dy = by - ay, length = dx * dx + dy * dy || 1;
    /** @type {(a: number, b: number) => number} */
    const from = (a, b) => Math.max(0, Math.floor(Math.min(a, b) - radius));
    /** @type {(a: number, b: number) => number} */
    const to = (a, b) => Math.min(size - 1, Math.ceil(Math.max(a, b) + radius));
    for (let i = from(ay, by); i <= to(ay, by); i++)
      for (let j = from(ax, bx); j <= to(ax, bx); j++) {
        const x = j + 0.5 - ax, y = i + 0.5 - ay;
        const along = Math.max(0, Math.min(1, (x * dx + y * dy) / length));
        if (Math.hypot(x - along * dx, y - along * dy) <= radius) ink[i * size + j] = 1;
      }
  },

  /**
   * A scan (1, 8, 8) of 0 to 16 as LeNet reads it, after cnncourse.data.digits and normalize:
   * bytes, every pixel a block of 3 × 3, a margin of 4, and then from -1 to 1.
   * @param {Tensor} scan @returns {Tensor}
   */
  digitImage({ data }) {
    const out = math.tensor([1, 32, 32]);
    for (let i = 0; i < 32; i++)
      for (let j = 0; j < 32; j++) {
        const inside = i >= 4 && i < 28 && j >= 4 && j < 28;
        const value = inside ? data[Math.floor((i - 4) / 3) * 8 + Math.floor((j - 4) / 3)] : 0;
        const exact = (value * 255) / 16, floor = Math.floor(exact);
        // torch rounds a half to the even neighbor
        const byte = exact - floor === 0.5 ? floor + (floor % 2) : Math.round(exact);
        out.data[i * 32 + j] = (2 * byte) / 255 - 1;
      }
    return out;
  },
};

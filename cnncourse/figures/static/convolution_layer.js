// The layer of ConvolutionArithmetic, without DOM: sizes, numbers, which cells belong together, and
// the line of PyTorch that computes the same.
//
// All axes are three: depth, height and width, of which a row or a grid leaves the first ones 1.
// Both directions share one relation: on each axis, with the tap m, the cell j of the small grid
// belongs to the cell jS + mD of the big one. The big grid is the padded input of a convolution,
// and the output of a transposed one before its margin of P is cut off.

/** @typedef {States["ConvolutionArithmetic"]} ArithmeticState */
/** @typedef {"big" | "kernel" | "small"} GridName */
/** Depth, height, width. @typedef {[number, number, number]} Place */
/** @typedef {{ channel: number, place: Place }} Entry a cell of one of the tensors */
/**
 * One axis: its sizes, and the padding, or what is cut off, on its two sides.
 * @typedef {{ input: number, taps: number, before: number, after: number, stride: number,
 *   dilation: number, extent: number, big: number, small: number, output: number }} Axis
 */

class ConvolutionLayer {
  // Small numbers that can be added in the head; the first rows are those of the chapter.
  static INPUT = ["2013104213", "0210110312", "3102002101", "0013120320", "1200211013",
                  "1031102210", "2102030121", "0320121003", "1011203120", "3120010212"];
  static KERNEL = [[1, 2, -1, 1, 0], [0, 1, 1, -1, 2], [-1, 0, 1, 2, 1], [2, -1, 0, 1, 1],
                   [1, 1, -2, 0, 1]];

  /** @param {ArithmeticState} state */
  constructor(state) {
    this.state = state;
    this.mode = state.transposed ? "zeros" : state.padding_mode;
    this.axes = [0, 1, 2].map((index) => this.axis(index - 3 + state.dimensions));
    /** How many channels each filter reads. */
    this.each = state.channels / state.groups;
    this.padded = state.transposed ? null : this.pad();
    this.out = this.padded && this.convolve(this.padded);
    this.coverage = this.axes.map(({ big, taps, stride, dilation }) =>
      math.coverage(big, taps, stride, dilation));
  }

  /**
   * The axis with this number, below 0 one that is not there.
   * @param {number} index @returns {Axis}
   */
  axis(index) {
    const { input_size, kernel_size, padding, stride, dilation, transposed } = this.state;
    if (index < 0) return { input: 1, taps: 1, before: 0, after: 0, stride: 1, dilation: 1,
      extent: 1, big: 1, small: 1, output: 1 };
    const extent = math.effectiveKernelSize(kernel_size, dilation);
    const causal = this.mode === "causal" && index === 0;
    const before = causal ? extent - 1 : padding, after = causal ? 0 : padding;
    const big = transposed ? (input_size - 1) * stride + extent : input_size + before + after;
    const small = transposed ? input_size : Math.floor((big - extent) / stride) + 1;
    return { input: input_size, taps: kernel_size, before, after, stride, dilation, extent, big,
      small, output: transposed ? big - before - after : small };
  }

  /** Depth, height and width of a grid. @param {GridName} grid @returns {Place} */
  sizes(grid) {
    const key = /** @type {const} */ ({ big: "big", kernel: "taps", small: "small" })[grid];
    return /** @type {Place} */ (this.axes.map((axis) => axis[key]));
  }

  /** A number of the input. @param {number} c @param {Place} place */
  input(c, [d, i, j]) {
    return Number(ConvolutionLayer.INPUT[(i + 3 * c + 2 * d) % 10][(j + c + 3 * d) % 10]);
  }

  /**
   * A weight: of the filter f for the c-th channel that it reads; transposed, of the channel f for
   * the c-th map that it is stamped onto.
   * @param {number} f @param {number} c @param {Place} place
   */
  weight(f, c, [d, m, n]) {
    return ConvolutionLayer.KERNEL[(m + f + 2 * c + d) % 5][(n + 2 * f + c) % 5];
  }

  /** Whether a cell of the big grid is no padding, or not cut off. @param {Place} place */
  inside(place) {
    return this.axes.every(({ before, after, big }, axis) =>
      place[axis] >= before && place[axis] < big - after);
  }

  /** All numbers of the padded input, channel by channel. @returns {Float64Array} */
  pad() {
    const { channels } = this.state, sizes = this.sizes("big"), [depth, height, width] = sizes;
    const out = new Float64Array(channels * depth * height * width);
    let at = 0;
    for (let c = 0; c < channels; c++)
      for (const place of places(sizes)) {
        const from = /** @type {Place} */ (this.axes.map(({ before, input }, axis) =>
          math.ring(place[axis] - before, input)));
        out[at++] = this.mode === "circular" || this.inside(place) ? this.input(c, from) : 0;
      }
    return out;
  }

  /** Every entry of the output, filter by filter. @param {Float64Array} padded */
  convolve(padded) {
    const { channels } = this.state, sizes = this.sizes("small"), out = [];
    const [depth, height, width] = this.sizes("big"), taps = [...places(this.sizes("kernel"))];
    const [a, b, c] = this.axes;
    for (let f = 0; f < channels; f++) {
      const first = Math.floor(f / this.each) * this.each;
      const products = Array.from({ length: this.each }, (_, read) => taps.map((tap) => ({
        weight: this.weight(f, read, tap),
        offset: (((first + read) * depth + tap[0] * a.dilation) * height
          + tap[1] * b.dilation) * width + tap[2] * c.dilation }))).flat();
      for (const [d, j, k] of places(sizes)) {
        const corner = (d * a.stride * height + j * b.stride) * width + k * c.stride;
        out.push(products.reduce((sum, { weight, offset }) =>
          sum + weight * padded[corner + offset], 0));
      }
    }
    return out;
  }

  /** A number of the padded input. @param {Entry} at */
  bigNumber({ channel, place }) {
    return this.padded?.[flat(this.sizes("big"), place, channel)] ?? 0;
  }

  /** How many windows hold a place of the big grid. @param {Place} place */
  seen(place) {
    return this.coverage.reduce((count, axis, index) => count * axis[place[index]], 1);
  }

  /**
   * How many products an entry of a transposed convolution's output receives.
   * @param {Place} place
   */
  products(place) { return this.seen(place) * this.each; }

  /** The first channel of the group that a channel is in. @param {number} channel */
  group(channel) { return Math.floor(channel / this.each) * this.each; }
}

/**
 * All places of a tensor, row by row.
 * @param {Place} sizes @returns {Generator<Place>}
 */
function* places([depth, height, width]) {
  for (let d = 0; d < depth; d++)
    for (let i = 0; i < height; i++)
      for (let j = 0; j < width; j++) yield [d, i, j];
}

/**
 * The number of an entry, channel by channel and row by row.
 * @param {Place} sizes @param {Place} place @param {number} channel
 */
const flat = ([depth, height, width], [d, i, j], channel) =>
  ((channel * depth + d) * height + i) * width + j;

/**
 * The cells of all three grids that belong to one of them: on each axis those that do, and the
 * channels of each grid. `kernel` are the kernels of one filter.
 */
class Marks {
  /** @type {{ [grid in GridName]: { channels: number[], axes: boolean[][] } }} */
  grids;

  /**
   * @param {ConvolutionLayer} layer @param {GridName} grid @param {Entry} at
   * @param {number} filter
   */
  constructor(layer, grid, at, filter) {
    const { each } = layer, first = layer.group(grid === "big" ? at.channel : filter);
    const all = Array.from({ length: each }, (_, index) => index);
    const channels = {
      small: grid === "big" ? all.map((index) => first + index) : [filter],
      big: grid === "small" ? all.map((index) => first + index)
        : [grid === "big" ? at.channel : first + at.channel],
      kernel: grid === "small" ? all : [grid === "big" ? at.channel - first : at.channel],
    };
    const axes = layer.axes.map((axis, index) => together(axis, grid, at.place[index]));
    /** @param {GridName} name */
    const marks = (name) =>
      ({ channels: channels[name], axes: axes.map((marked) => marked[name]) });
    this.grids = { big: marks("big"), kernel: marks("kernel"), small: marks("small") };
  }

  /** @param {GridName} grid @param {Entry} at */
  has(grid, { channel, place }) {
    const { channels, axes } = this.grids[grid];
    return channels.includes(channel) && axes.every((marked, axis) => marked[place[axis]]);
  }

  /** How many places of a grid are marked, in each channel. @param {GridName} grid */
  count(grid) {
    return this.grids[grid].axes.reduce(
      (count, marked) => count * marked.filter(Boolean).length, 1);
  }
}

/**
 * On one axis, the cells of all three grids that belong to one of them.
 * @param {Axis} axis @param {GridName} grid @param {number} at
 * @returns {{ [grid in GridName]: boolean[] }}
 */
function together({ big, taps, small, stride, dilation }, grid, at) {
  /** @type {(size: number) => boolean[]} */
  const none = (size) => new Array(size).fill(false);
  const marks = { big: none(big), kernel: none(taps), small: none(small) };
  for (let j = 0; j < small; j++)
    for (let m = 0; m < taps; m++) {
      const place = { big: j * stride + m * dilation, kernel: m, small: j };
      if (place[grid] !== at) continue;
      marks.big[place.big] = marks.kernel[m] = marks.small[j] = true;
    }
  marks[grid][at] = true; // a position that no window reaches, too
  return marks;
}

/** PyTorch's module that computes what a state shows. @param {ArithmeticState} state */
function torchLine({ kernel_size: K, padding: P, stride: S, dilation: D, dimensions, transposed,
  padding_mode: mode, channels: C, groups: G }) {
  const causal = mode === "causal" && !transposed;
  const options = [
    S > 1 && `stride=${S}`, P > 0 && !causal && `padding=${P}`, D > 1 && `dilation=${D}`,
    G > 1 && `groups=${G}`,
    P > 0 && mode === "circular" && !transposed && 'padding_mode="circular"',
    "bias=False"].filter(Boolean);
  const layer =
    `nn.Conv${transposed ? "Transpose" : ""}${dimensions}d(${[C, C, K, ...options].join(", ")})`;
  if (!causal) return layer;
  const pads = [...Array(2 * (dimensions - 1)).fill(P), D * (K - 1), 0].join(", ");
  return `nn.Sequential(nn.ConstantPad${dimensions}d((${pads}), 0.0), ${layer})`;
}

/**
 * All numbers of a state, for the comparison with torch: input and output (C, D, H, W), and weights
 * (C, C / G, D, H, W); transposed, the output is how many products each entry receives.
 * @param {ArithmeticState} state
 */
function arithmeticNumbers(state) {
  const layer = new ConvolutionLayer(state), { channels } = state, { axes, each } = layer;
  const inputs = /** @type {Place} */ (axes.map(({ input }) => input));
  const outputs = /** @type {Place} */ (axes.map(({ output }) => output));
  const every = Array.from({ length: channels }, (_, channel) => channel);
  const kernels = every.flatMap((f) => every.slice(0, each).flatMap((c) =>
    [...places(layer.sizes("kernel"))].map((tap) => layer.weight(f, c, tap))));
  const counts = every.flatMap(() => [...places(layer.sizes("big"))]
    .filter((place) => layer.inside(place)).map((place) => layer.products(place)));
  return {
    x: math.tensor([channels, ...inputs], every.flatMap((c) =>
      [...places(inputs)].map((place) => layer.input(c, place)))),
    w: math.tensor([channels, each, ...layer.sizes("kernel")], kernels),
    out: math.tensor([channels, ...outputs], layer.out ?? counts),
  };
}

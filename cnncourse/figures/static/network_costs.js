// What a network of the figure NetworkBuilder costs, without DOM. A tape goes through the layers
// with sizes alone, and notes what autograd would keep for the backward pass of one image.

/**
 * @typedef {{ id: number, channels: number, side: number, field: number, jump: number }} Sizes
 */

class Tape {
  parameters = 0;
  products = 0;
  /** Bytes that are kept, by tensor: whoever asks for one twice gets it once. */
  kept = /** @type {Map<number, number>} */ (new Map());
  tensors = 0;

  /** @param {number} channels @param {number} side @param {number} field @param {number} jump */
  tensor(channels, side, field, jump) {
    return { id: this.tensors++, channels, side, field, jump };
  }

  /** @param {Sizes} x */
  keep(x) {
    this.kept.set(x.id, 4 * x.channels * x.side ** 2);
  }

  get memory() {
    return [...this.kept.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Padded, so the size stays. @param {Sizes} x @param {number} filters @param {number} size */
  convolution(x, filters, size, groups = 1) {
    const weights = filters * (x.channels / groups) * size ** 2;
    this.parameters += weights;
    this.products += weights * x.side ** 2;
    this.keep(x); // for the gradient of the weights
    return this.tensor(filters, x.side, x.field + (size - 1) * x.jump, x.jump);
  }

  /** @param {Sizes} x */
  norm(x) {
    this.parameters += 2 * x.channels;
    this.keep(x);
    return this.tensor(x.channels, x.side, x.field, x.jump);
  }

  /** ReLU keeps its result, ReLU6 its input. @param {Sizes} x @param {boolean} [six] */
  relu(x, six) {
    const y = this.tensor(x.channels, x.side, x.field, x.jump);
    this.keep(six ? x : y);
    return y;
  }

  /** @param {Sizes} x @param {number} filters @param {number} size @param {number} [groups] */
  unit(x, filters, size, groups, six = false) {
    return this.relu(this.norm(this.convolution(x, filters, size, groups)), six);
  }

  /** The maximum of 2 × 2, of which it keeps the place as well, in 8 bytes. @param {Sizes} x */
  pool(x) {
    const side = Math.floor(x.side / 2);
    this.keep(x);
    this.kept.set(-x.id - 1, 8 * x.channels * side ** 2);
    return this.tensor(x.channels, side, x.field + x.jump, 2 * x.jump);
  }

  /** The sum of two, or with `beside` both as channels. @param {Sizes} x @param {Sizes} y */
  join(x, y, beside = false) {
    const channels = beside ? x.channels + y.channels : x.channels;
    return this.tensor(channels, x.side, Math.max(x.field, y.field), x.jump);
  }
}

/**
 * What each kind of block does with its input; `width` is what a dense layer adds.
 * @type {{ [kind: string]: (tape: Tape, x: Sizes, width: number) => Sizes }}
 */
const NETWORK_BLOCKS = {
  conv: (tape, x) => tape.unit(x, x.channels, 3),
  pool: (tape, x) => tape.pool(x),
  widen: (tape, x) => tape.unit(x, 2 * x.channels, 1),
  narrow: (tape, x) => tape.unit(x, halved(x.channels), 1),
  residual: (tape, x) => {
    const y = tape.norm(tape.convolution(tape.unit(x, x.channels, 3), x.channels, 3));
    return tape.relu(tape.join(x, y));
  },
  bottleneck: (tape, x) => {
    const few = halved(halved(x.channels));
    const y = tape.unit(tape.unit(x, few, 1), few, 3);
    return tape.relu(tape.join(x, tape.norm(tape.convolution(y, x.channels, 1))));
  },
  dense: (tape, x, width) => {
    const y = tape.convolution(tape.relu(tape.norm(x)), 4 * width, 1);
    return tape.join(x, tape.convolution(tape.relu(tape.norm(y)), width, 3), true);
  },
  separable: (tape, x) => tape.unit(tape.unit(x, x.channels, 3, x.channels), x.channels, 1),
  inverted: (tape, x) => {
    const many = 6 * x.channels;
    const y = tape.unit(tape.unit(x, many, 1, 1, true), many, 3, many, true);
    return tape.join(x, tape.norm(tape.convolution(y, x.channels, 1)));
  },
};

/** @param {number} channels */
const halved = (channels) => Math.max(1, Math.floor(channels / 2));

/**
 * A row for the stem, each block and the head: sizes after it, and what it adds to each price.
 * `ended` numbers the pooling that found a single pixel; nothing comes after it.
 * @param {number} image @param {number} width @param {string[]} blocks
 */
function networkCosts(image, width, blocks) {
  const tape = new Tape();
  let x = tape.tensor(3, image, 1, 1), ended = -1;
  let before = { parameters: 0, products: 0, memory: 0 };
  /** @type {NetworkRow[]} */
  const rows = [];
  /** @param {string} kind @param {Sizes} y */
  const add = (kind, y) => {
    const { parameters, products, memory } = tape;
    rows.push({ kind, channels: y.channels, side: y.side, field: y.field,
      parameters: parameters - before.parameters, products: products - before.products,
      memory: memory - before.memory });
    before = { parameters, products, memory };
    x = y;
  };
  add("stem", tape.unit(x, width, 3));
  for (const [index, kind] of blocks.entries()) {
    if (kind === "pool" && x.side === 1) {
      ended = index;
      break;
    }
    add(kind, NETWORK_BLOCKS[kind](tape, x, width));
  }
  // The mean keeps nothing, the linear layer the means, the logarithm its ten results.
  const means = tape.tensor(x.channels, 1, Math.max(x.field, image), x.jump);
  tape.keep(means);
  tape.parameters += 10 * x.channels + 10;
  tape.products += 10 * x.channels;
  const scores = tape.tensor(10, 1, means.field, x.jump);
  tape.keep(scores);
  add("head", scores);
  return { rows, ended, parameters: tape.parameters, products: tape.products,
    memory: tape.memory };
}

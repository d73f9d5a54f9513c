// Every string that a reader of the figures sees or hears, in English. Another language is another
// file with the same keys, chosen by the page's `lang`. Words in braces are filled in. Rows,
// columns, channels, maps and units are numbered from 0, as in the text; "3 of 12" counts from 1.
/** @type {{ [language: string]: { [figure: string]: { [key: string]: string } } }} */
const languages = Object.create(null);

/** The strings in the language of an element. @param {Element} el */
function wordsFor(el) {
  const { lang } = /** @type {HTMLElement} */ (el.closest("[lang]") ?? document.documentElement);
  return languages[lang.slice(0, 2)] ?? languages.en;
}

languages.en = {
  common: {
    play: "Play",
    pause: "Pause",
    back: "Step back",
    forward: "Step forward",
    reset: "Reset",
    link: "Link to this state",
    arrows: "{name}. Arrow keys move from cell to cell.",
    cell: "row {row}, column {column}",
    yes: "on",
    no: "off",
    failed: "This figure stopped ({message}). Reloading the page starts it again.",
  },

  ConvolutionArithmetic: {
    title: "Convolution arithmetic",
    cases: "Cases",
    case_valid: "No padding, no strides",
    case_full: "Full padding, no strides",
    case_strides: "No padding, strides",
    case_both: "Padding, strides",
    case_dilation: "Dilation",
    dimensions: "Shape",
    dimensions_1: "Row",
    dimensions_2: "Grid",
    transposed: "Direction",
    transposed_false: "Convolution",
    transposed_true: "Transposed",
    input_size: "Input",
    kernel_size: "Kernel",
    padding: "Padding",
    stride: "Stride",
    dilation: "Dilation",
    step: "Window",
    step_transposed: "Input",
    input: "Input {size}",
    input_padded: "Input {size}, padded to {padded}",
    kernel: "Kernel {size}",
    kernel_dilated: "Kernel {size}, covering {extent}",
    output: "Output {size}",
    counts: "Output {size}: overlaps",
    counts_cut: "Output {size}: overlaps, with the cut-off margin",
    leftover:
      "The floor drops {fraction}: the window cannot take another step. Hatched positions lie in " +
      "no window.",
    unseen: "The division leaves no remainder, yet hatched positions fall between the taps.",
    fits: "The division leaves no remainder: the last window ends at the edge.",
    uneven: "Entries of the output receive between {least} and {most} products.",
    even: "Every entry of the output receives {most} products.",
    state:
      "Output {output} for input {input}, kernel {kernel}, padding {padding}, stride {stride}, " +
      "dilation {dilation}.",
    window: "Window {step} of {count}, at {place}: {sum}",
    window_only: "Window {step} of {count}, at {place}.",
    stamp:
      "Input {step} of {count}, at {place}, stamps the kernel onto {cells} positions of the " +
      "output.",
    tap: "This weight of the kernel, at {place}, meets the {cells} marked positions.",
    pixel: "Position at {place} lies in {windows} windows.",
    overlap: "Position at {place} receives {windows} products.",
  },

  ChannelSum: {
    title: "A sum over channels",
    channels: "Channels",
    filters: "Filters",
    kernel_size: "Kernel",
    padding: "Padding",
    filter: "Show filter",
    filter_0: "0",
    filter_1: "1",
    step: "Place",
    channel: "Channel {c}",
    kernel: "Kernel {c} of filter {f}",
    map: "Map of filter {f}, {rows} × {columns}",
    part: "gives {part}",
    parameters: "parameters",
    multiplications: "multiplications",
    entry: "Filter {f}, at {place}: {parts} and the bias {bias} make {value}.",
    product: "Channel {c}: the weight {weight} meets the number {pixel}, which makes {product}.",
    outside: "Channel {c}: the number {pixel}, at {place}, is outside of this window.",
  },

  LeNetLive: {
    title: "LeNet, live",
    examples: "Examples",
    digit_0: "0", digit_1: "1", digit_2: "2", digit_3: "3", digit_4: "4",
    digit_5: "5", digit_6: "6", digit_7: "7", digit_8: "8", digit_9: "9",
    clear: "Clear",
    draw: "Draw a digit",
    paper: "Paper. Arrow keys move the pen, Space lowers and lifts it.",
    input: "What LeNet reads",
    output: "Probabilities",
    C1: "C1: 6 maps, 28 × 28",
    S2: "S2: 6 averages, 14 × 14",
    C3: "C3: 16 maps, 10 × 10",
    S4: "S4: 16 maxima, 5 × 5",
    F5: "F5: 120 units",
    F6: "F6: 84 units",
    percent: "{value} %",
    trained:
      "Red is positive, blue negative. The weights were learned from scanned digits ({made}); " +
      "with them the network reads {right} of {of} held-out ones.",
    empty: "The paper is empty; draw a digit, or choose an example.",
    verdict: "LeNet reads {first} with {p}, then {second} with {q}.",
    unit:
      "{layer}, map {map}, row {row}, column {column}: {value}. It sees rows {top} to {bottom} " +
      "and columns {left} to {right} of the input, {size} × {size} pixels.",
    pen_down: "Pen down at {x}, {y}.",
    pen_up: "Pen up at {x}, {y}.",
  },

  Pooling: {
    title: "Pooling",
    mode: "Mode",
    mode_max: "Max",
    mode_average: "Average",
    mode_l2: "L2",
    kernel_size: "Window",
    stride: "Stride",
    right: "Shift right",
    down: "Shift down",
    step: "Window",
    input: "Image",
    output: "Pooled map {rows} × {columns}",
    still: "Shift the image: entries of the map that change are marked.",
    changed:
      "The shift changed {pixels} of {of} pixels, and {changed} of {total} entries of the map.",
    window: "Window at {place}: {value}.",
    pixel: "Pixel {value}, at {place}, lies in {windows} windows.",
  },

  Equivariance: {
    title: "Equivariance",
    padding: "Padding",
    padding_circular: "Circular",
    padding_zeros: "Zeros",
    stride: "Stride",
    stride_1: "1",
    stride_2: "2",
    right: "Shift right",
    down: "Shift down",
    input: "Image (drag it)",
    map: "Convolution, {size} × {size}",
    dense: "Dense layer, 8 × 8 units",
    start: "Shift the image: entries that do not follow are marked.",
    follows:
      "The convolution's map shifts along in all {entries} entries. Of the dense layer's {units} " +
      "units {lost} do not follow.",
    partly:
      "{wrong} of {entries} entries of the convolution do not follow. Of the dense layer's " +
      "{units} units {lost} do not.",
    between:
      "A shift that is no multiple of the stride {stride}: no shift of the old map is the new " +
      "one.",
    state: "Image shifted by {right} to the right, {down} down.",
  },

  Im2col: {
    title: "im2col",
    channels: "Channels",
    kernel_size: "Kernel",
    padding: "Padding",
    stride: "Stride",
    dilation: "Dilation",
    step: "Column",
    image: "Channel {c}, {rows} × {columns}",
    columns: "Columns, {rows} × {columns}",
    weights: "Kernel as a row",
    product: "Their product",
    map: "Feature map {rows} × {columns}",
    bytes: "Image {few} bytes, columns",
    times: "bytes: {times} times as many.",
    pixel: "Channel {c}, pixel at {place}: copied {copies} times.",
    column: "Column {column} of {count}: {sum}",
  },

  DropoutNetwork: {
    title: "Dropout, one mask after another",
    p: "Drop with probability",
    training: "Mode",
    training_true: "Training",
    training_false: "Evaluation",
    scaled: "Survivors",
    scaled_true: "divided by 1 − p",
    scaled_false: "not scaled",
    masks: "Masks drawn",
    one: "New mask",
    ten: "Ten more",
    again: "Start again",
    unit: "unit {index}: {value}",
    chart: "Average output of the masks so far; the line is the evaluation pass",
    count: "{masks} masks",
    average: "Average over {masks} masks: {average}. Evaluation: {evaluation}.",
    train: "This mask drops {dropped} of {units} units; the output is {value}.",
    eval: "Evaluation drops nothing and scales nothing; the output is {value}.",
  },

  GradientGraph: {
    title: "A gradient, followed backward",
    activation: "Activation",
    activation_relu: "ReLU",
    activation_tanh: "tanh",
    x: "Input",
    t: "Target",
    w1: "Weight",
    b1: "Bias",
    w2: "Weight",
    b2: "Bias",
    rate: "Learning rate",
    learn: "One step of training",
    step: "Stage",
    loss: "The loss is L = (y − t)² = {loss}.",
    back_1: "∂L/∂y = 2 (y − t) = {y}.",
    back_2: "∂L/∂w₂ = ∂L/∂y · z = {w2}, and ∂L/∂b₂ = ∂L/∂y = {b2}.",
    back_3: "∂L/∂z = ∂L/∂y · w₂ = {z}.",
    back_4: "∂L/∂a = ∂L/∂z · f′(a) = {a}.",
    back_5: "∂L/∂w₁ = ∂L/∂a · x = {w1}, and ∂L/∂b₁ = ∂L/∂a = {b1}.",
  },

  KernelLab: {
    title: "Kernel lab",
    presets: "Kernels",
    identity: "Identity",
    blur: "Blur",
    edges: "Edges",
    outline: "Outline",
    sharpen: "Sharpen",
    emboss: "Emboss",
    kernel: "Weights",
    weight: "Weight in row {row}, column {column}",
    flip: "Operation",
    flip_false: "Cross-correlation",
    flip_true: "Convolution (flipped)",
    picture: "Picture",
    photo: "Photograph",
    blank: "Draw one",
    own: "Your own",
    unreadable: "{name} is not a picture that this browser can read; choose a PNG or JPEG file.",
    input: "Picture, 48 × 48",
    draw: "Draw here, 48 × 48",
    correlation: "Feature map, 46 × 46",
    convolution: "Flipped kernel's map, 46 × 46",
    patch: "Pixels",
    weights: "Kernel",
    flipped: "Flipped",
    products: "Products",
    sum: "Their sum:",
    place:
      "At {place} the feature map is {value}. Zero is middle gray; black and white are −{limit} " +
      "and {limit}.",
  },

  FromDenseToConvolution: {
    title: "From a dense layer to a convolution",
    stage: "Layer",
    stage_dense: "Dense",
    stage_local: "Local",
    stage_shared: "Shared",
    input_size: "Pixels",
    kernel_size: "Window",
    unit: "Output",
    pixels: "{size} pixels",
    matrix: "Matrix, {rows} outputs × {columns} pixels",
    dense:
      "Output {number} of {rows} has a weight for each of {I} pixels: " +
      "{rows} · {I} = {weights} weights, " +
      "{products} products.",
    local:
      "Output {number} of {rows} looks at {K} pixels, with weights of its own: " +
      "{rows} · {K} = {weights} " +
      "weights, {products} products.",
    shared: "All outputs use the same {weights} weights. The products are still {products}.",
    weight: "The weight in row {row}, column {column} is used {uses} times.",
  },

  SharedMean: {
    title: "Which entries share a mean",
    known: "Known by name",
    batch: "Batch",
    layer: "Layer",
    instance: "Instance",
    group: "Group",
    n: "N, images",
    n_true: "averaged",
    n_false: "apart",
    c: "C, channels",
    c_true: "averaged",
    c_false: "apart",
    h: "H, rows",
    h_true: "averaged",
    h_false: "apart",
    w: "W, columns",
    w_true: "averaged",
    w_false: "apart",
    groups: "Groups of channels",
    groups_1: "1",
    groups_2: "2",
    groups_4: "4",
    map: "Image {n}, channel {c}",
    module: "In PyTorch: {name}",
    none: "PyTorch has no module for this choice.",
    state:
      "The entry {value} shares its mean {mean} and variance {variance} with the marked ones, " +
      "{count} in all; the batch has {means} means.",
  },

  VarianceThroughDepth: {
    title: "Variance through depth",
    init: "Weights",
    init_torch: "PyTorch's own",
    init_glorot: "Glorot",
    init_he: "He",
    path: "Block",
    path_plain: "Plain",
    path_residual: "ReLU(x + F)",
    path_preactivation: "x + F",
    normalized: "Batch normalization",
    normalized_true: "yes",
    normalized_false: "no",
    blocks: "Blocks",
    chart: "Mean square: of the entries (blue), of the gradient on its way back (red)",
    count: "{blocks} blocks",
    theory: "Dots were traced with PyTorch; the dashed line is the formula for wide layers.",
    traced: "Dots were traced with PyTorch.",
    state:
      "After {blocks} blocks, {convolutions} convolutions, " +
      "a signal of mean square 1 has {entries}; " +
      "a gradient of 1 arrives at the first block with {gradient}.",
  },
};

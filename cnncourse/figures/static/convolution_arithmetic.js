// Figure ConvolutionArithmetic: the window slides, and the five integers decide where.
//
// Both directions share one relation: with the tap (m, n), the cell (j, k) of the small grid belongs
// to the cell (jS + mD, kS + nD) of the big one. The big grid is the padded input of a convolution,
// and the output of a transposed one before its margin of P is cut off.
{
  const LIMITS = { input_size: [1, 10], kernel_size: [1, 5], padding: [0, 4], stride: [1, 4], dilation: [1, 3] };
  const SYMBOLS = { input_size: "I", kernel_size: "K", padding: "P", stride: "S", dilation: "D" };
  const PLAIN = { transposed: false, dimensions: 2, step: 0, padding: 0, stride: 1, dilation: 1 };
  const CASES = {
    case_valid: { ...PLAIN, input_size: 6, kernel_size: 3 },
    case_full: { ...PLAIN, input_size: 5, kernel_size: 3, padding: 2 },
    case_strides: { ...PLAIN, input_size: 7, kernel_size: 3, stride: 2 },
    case_both: { ...PLAIN, input_size: 6, kernel_size: 3, padding: 1, stride: 2 },
    case_dilation: { ...PLAIN, input_size: 7, kernel_size: 3, dilation: 2 },
  };
  // Small numbers that can be added in the head; the first rows are those of the chapter.
  const INPUT = ["2013104213", "0210110312", "3102002101", "0013120320", "1200211013",
                 "1031102210", "2102030121", "0320121003", "1011203120", "3120010212"];
  const KERNEL = [[1, 2, -1, 1, 0], [0, 1, 1, -1, 2], [-1, 0, 1, 2, 1], [2, -1, 0, 1, 1], [1, 1, -2, 0, 1]];

  // The sizes that follow from a state, along one axis.
  function sizes({ input_size: I, kernel_size: K, padding: P, stride: S, dilation: D, transposed }) {
    const extent = math.effectiveKernelSize(K, D);
    if (!transposed) return { extent, big: I + 2 * P, small: math.outputSize(I, K, P, S, D), output: math.outputSize(I, K, P, S, D) };
    return { extent, big: (I - 1) * S + extent, small: I, output: math.transposedSize(I, K, P, S, D) };
  }

  const valid = (state) => sizes(state).output >= 1;

  function limits(state, trait) {
    const [least, most] = LIMITS[trait];
    const values = [];
    for (let value = least; value <= most; value++)
      if (valid({ ...state, [trait]: value })) values.push(value);
    return [values[0], values.at(-1)];
  }

  // An address can ask for anything: the nearest state that exists.
  function repaired(state) {
    const result = { ...state, dimensions: state.dimensions === 1 ? 1 : 2 };
    for (const [trait, [least, most]] of Object.entries(LIMITS))
      result[trait] = within(Math.round(state[trait]), least, most);
    for (const smaller of [{ dilation: 1 }, { padding: 0 }, { kernel_size: 1 }])
      if (!valid(result)) Object.assign(result, smaller);
    const count = sizes(result).small ** result.dimensions;
    return { ...result, step: within(Math.round(state.step), 0, count - 1) };
  }

  figure("ConvolutionArithmetic", [...Object.keys(LIMITS), "dimensions", "transposed", "step"], (frame) => {
    const { t } = frame, words = t.bind(frame);
    let looked = null; // the cell under the pointer or cursor: {grid, row, column}
    const count = () => sizes(frame.state).small ** frame.get("dimensions");
    const look = (grid) => (row, column) => {
      looked = row === null ? null : { grid, row, column };
      draw();
    };
    const pick = (row, column) => { frame.stop(); frame.set({ step: row * small.columns + column }); };
    const big = new Grid(frame, { look: look("big") });
    const kernel = new Grid(frame, { look: look("kernel") });
    const small = new Grid(frame, { look: look("small"), pick });
    const panels = element("div", { class: "cnn-panels" });
    const formula = element("div", { class: "cnn-formula" });
    const verdict = element("p", { class: "cnn-note" });
    frame.stage.append(panels, formula, verdict);

    frame.row(frame.presets("cases", CASES));
    frame.row(frame.choice("dimensions", [1, 2]), frame.choice("transposed", [false, true]));
    frame.row(...Object.keys(LIMITS).map((trait) =>
      frame.slider(trait, () => limits(frame.state, trait), { symbol: SYMBOLS[trait] })));
    frame.row(frame.player("step", count,
      { label: () => words(frame.get("transposed") ? "step_transposed" : "step") }));

    // What lights up: sets of "row,column" in the three grids.
    function lit(state, { small: windows, big: cells }) {
      const { kernel_size: K, stride: S, dilation: D, dimensions, step } = state;
      const at = looked ?? { grid: "small", row: Math.floor(step / windows), column: step % windows };
      const marks = { big: new Set(), kernel: new Set(), small: new Set() };
      const rows = dimensions === 1 ? 1 : windows, taps = dimensions === 1 ? 1 : K;
      for (let j = 0; j < rows; j++)
        for (let k = 0; k < windows; k++)
          for (let m = 0; m < taps; m++)
            for (let n = 0; n < K; n++) {
              const place = { small: [j, k], kernel: [m, n], big: [j * S + m * D, k * S + n * D] };
              if (place[at.grid][0] !== at.row || place[at.grid][1] !== at.column) continue;
              for (const grid in marks) marks[grid].add(String(place[grid]));
            }
      marks[at.grid].add(`${at.row},${at.column}`); // a position that no window reaches, too
      return { at, marks };
    }

    function draw() {
      const state = frame.state, { input_size: I, kernel_size: K, padding: P, stride: S, dilation: D } = state;
      const size = sizes(state), flat = state.dimensions === 1;
      const high = (n) => (flat ? 1 : n), by = (n) => (flat ? String(n) : `${n} × ${n}`);
      const { at, marks } = lit(state, size);
      const x = math.tensor([1, high(I), I], INPUT.slice(0, high(I)).flatMap((row) => [...row.slice(0, I)].map(Number)));
      const w = math.tensor([1, 1, high(K), K], KERNEL.slice(0, high(K)).flatMap((row) => row.slice(0, K)));
      const settings = { padding: flat ? [0, P] : P, stride: S, dilation: D };
      const coverage = math.coverage(size.big, K, S, D);
      const seen = (i, j) => (flat ? 1 : coverage[i]) * coverage[j];
      const inside = (i, j) => (flat || (i >= P && i < size.big - P)) && j >= P && j < size.big - P;
      const mark = (grid, i, j) => (marks[grid].has(`${i},${j}`) ? " on" : "");

      if (panels.dataset.transposed !== String(state.transposed)) {
        const order = state.transposed ? [small, kernel, big] : [big, kernel, small];
        panels.replaceChildren(...order.map((grid) => grid.element));
        panels.dataset.transposed = state.transposed;
      }
      kernel.shape(words(D > 1 ? "kernel_dilated" : "kernel", { size: by(K), extent: by(size.extent) }), high(K), K);
      kernel.paint((m, n) => ({ text: format(w.data[m * K + n]), kind: "kernel" + (at.grid === "small" ? "" : mark("kernel", m, n)) }));
      let result;
      if (state.transposed) {
        small.shape(words("input", { size: by(I) }), high(I), I);
        small.paint((i, j) => ({ text: format(x.data[i * I + j]), kind: mark("small", i, j) }));
        big.shape(words(P ? "counts_cut" : "counts", { size: by(size.output) }), high(size.big), size.big);
        const most = Math.max(...coverage) ** (flat ? 1 : 2);
        big.paint((i, j) => ({ text: String(seen(i, j)), kind: (inside(i, j) ? "count" : "pad") + mark("big", i, j),
          fill: inside(i, j) && !mark("big", i, j) ? `color-mix(in srgb, var(--cnn-output) ${Math.round(55 * seen(i, j) / most)}%, var(--cnn-paper))` : "" }));
      } else {
        result = math.conv2d(x, w, null, settings);
        big.shape(words(P ? "input_padded" : "input", { size: by(I), padded: by(size.big) }), high(size.big), size.big);
        big.paint((i, j) => ({ text: inside(i, j) ? format(x.data[(flat ? 0 : i - P) * I + j - P]) : "0",
          kind: (inside(i, j) ? "" : "pad") + (seen(i, j) ? "" : " unseen") + mark("big", i, j) }));
        small.shape(words("output", { size: by(size.small) }), high(size.small), size.small);
        small.paint((j, k) => ({ text: format(result.data[j * size.small + k]), kind: "output" + mark("small", j, k) }));
      }
      const extent = flat ? [1, size.extent] : [size.extent, size.extent];
      big.outline(at.grid === "small" ? [[at.row * S, at.column * S, ...extent, "window"]] : []);
      small.outline(at.grid === "small" ? [[at.row, at.column, 1, 1, "window"]] : []);
      formula.replaceChildren(...equations(state, size));
      verdict.textContent = judge(state, size, coverage);
      frame.say(describe(state, size, at, marks, { x, w, result, inside }));
    }

    function equations({ input_size: I, kernel_size: K, padding: P, stride: S, dilation: D, transposed }, { extent, output }) {
      const line = (left, general, numbers, value) => element("p", {},
        element("span", { class: "cnn-symbols" }, left, " = ", general), " ",
        element("span", { class: "cnn-numbers" }, "= ", numbers, " = ", element("strong", {}, String(value))));
      const first = line("K′", "D(K − 1) + 1", `${D} · (${K} − 1) + 1`, extent);
      if (transposed) return [first,
        line("O", "(I − 1)S − 2P + K′", `(${I} − 1) · ${S} − 2 · ${P} + ${extent}`, output)];
      const exact = format((I + 2 * P - extent) / S);
      return [first, line("O", "⌊(I + 2P − K′) / S⌋ + 1",
        `⌊(${I} + 2 · ${P} − ${extent}) / ${S}⌋ + 1 = ⌊${exact}⌋ + 1`, output)];
    }

    function judge({ input_size: I, padding: P, stride: S, transposed, dimensions }, { extent, big }, coverage) {
      if (transposed) {
        const counts = coverage.slice(P, big - P);
        const [least, most] = [Math.min(...counts) ** dimensions, Math.max(...counts) ** dimensions];
        return words(least === most ? "even" : "uneven", { least, most });
      }
      const rest = (I + 2 * P - extent) % S;
      if (rest) return words("leftover", { fraction: `${rest}/${S}` });
      return words(coverage.includes(0) ? "unseen" : "fits");
    }

    function describe(state, { small: windows, big: cells }, at, marks, { x, w, result, inside }) {
      const { kernel_size: K, input_size: I, padding: P, transposed, dimensions } = state;
      const place = words("cell", { row: at.row + 1, column: at.column + 1 });
      const values = { place, step: at.row * windows + at.column + 1, count: windows ** dimensions, cells: marks.big.size, windows: marks.small.size };
      if (at.grid === "kernel") return words("tap", values);
      if (at.grid === "big") return words(transposed ? "overlap" : "pixel", { ...values, windows: marks.kernel.size && marks.small.size });
      if (transposed) return words("stamp", values);
      if (K > 3) return words("window_only", values) + ` ${format(result.data[at.row * windows + at.column])}`;
      const products = [...marks.big].map((cell, tap) => {
        const [i, j] = cell.split(",").map(Number);
        const value = inside(i, j) ? x.data[(dimensions === 1 ? 0 : i - P) * I + j - P] : 0;
        const weight = format(w.data[tap]);
        return `${w.data[tap] < 0 ? `(${weight})` : weight}·${value}`;
      });
      return words("window", { ...values, sum: `${products.join(" + ")} = ${format(result.data[at.row * windows + at.column])}` });
    }

    return () => {
      const whole = repaired(frame.state);
      if (JSON.stringify(whole) !== JSON.stringify(frame.state)) frame.set(whole);
      draw();
    };
  });
}

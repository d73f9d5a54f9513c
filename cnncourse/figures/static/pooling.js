// Figure Pooling: every window gives one number; a shift of the image changes some of them.
{
  const ROWS = 6, COLUMNS = 8;
  // Zeros around a bright stroke, so that two pixels of shift push nothing out.
  const IMAGE = ["00000000", "00000000", "00295000", "00074300", "00000000", "00000000"];
  const LIMITS = { kernel_size: [1, 4], stride: [1, 4] };
  const SHIFT = [-2, 2], MODES = ["max", "average", "l2"];

  const image = (down, right) => math.shift2d(
    math.tensor([1, ROWS, COLUMNS], IMAGE.flatMap((row) => [...row].map(Number))), down, right);

  figure("Pooling", ["mode", "kernel_size", "stride", "right", "down", "step"], (frame) => {
    let looked = null; // the cell under the pointer or cursor: {grid, row, column}
    const look = (grid) => (row, column) => { looked = row === null ? null : { grid, row, column }; draw(); };
    const input = new Grid(frame, { look: look("input") });
    const output = new Grid(frame, { look: look("output"), size: 44,
      pick: (row, column) => { frame.stop(); frame.set({ step: row * output.columns + column }); } });
    const formula = element("p", { class: "cnn-formula" });
    frame.stage.append(element("div", { class: "cnn-panels" }, input.element, output.element), formula);

    const sizes = () => [ROWS, COLUMNS].map((size) => math.outputSize(size, frame.get("kernel_size"), 0, frame.get("stride")));
    frame.row(frame.choice("mode", MODES));
    frame.row(frame.slider("kernel_size", () => LIMITS.kernel_size, { symbol: "K" }),
      frame.slider("stride", () => LIMITS.stride, { symbol: "S" }),
      frame.slider("right", () => SHIFT), frame.slider("down", () => SHIFT));
    frame.row(frame.player("step", () => sizes()[0] * sizes()[1]));

    function draw() {
      const { mode, kernel_size: K, stride: S, right, down, step } = frame.state, [rows, columns] = sizes();
      const x = image(down, right), settings = { stride: S, mode };
      const unmoved = image(0, 0);
      const pooled = math.pool2d(x, K, settings), before = math.pool2d(unmoved, K, settings);
      const at = looked ?? { grid: "output", row: Math.floor(step / columns), column: step % columns };
      const shown = at.grid === "output";
      const corner = [at.row * S, at.column * S];
      const pixel = (i, j) => x.data[i * COLUMNS + j];
      const value = pooled.data[at.row * columns + at.column];
      // Under the window: every cell takes part; the maximum is decided by one kind of cell alone.
      const inWindow = (i, j) => i >= corner[0] && i < corner[0] + K && j >= corner[1] && j < corner[1] + K;
      const counts = (i, j) => inWindow(i, j) && (mode !== "max" || pixel(i, j) === value);
      const seen = (size, windows) => math.coverage(size, K, S).map((n) => n > 0);
      const [seenRows, seenColumns] = [seen(ROWS), seen(COLUMNS)];
      const holds = (j, k) => at.row >= j * S && at.row < j * S + K && at.column >= k * S && at.column < k * S + K;

      input.shape(frame.t("input"), ROWS, COLUMNS);
      input.paint((i, j) => ({ text: format(pixel(i, j)), fill: "",
        kind: (pixel(i, j) ? "" : "pad") + (seenRows[i] && seenColumns[j] ? "" : " unseen") +
          ((shown ? counts(i, j) : i === at.row && j === at.column) ? " on" : "") }));
      input.outline(shown ? [[...corner, K, K, "window"]] : []);
      output.shape(frame.t("output", { rows, columns }), rows, columns);
      const moved = (index) => pooled.data[index] !== before.data[index];
      output.paint((j, k) => ({ text: format(pooled.data[j * columns + k], mode === "max" ? 0 : 1),
        kind: (moved(j * columns + k) ? "changed" : "output") +
          ((shown ? j === at.row && k === at.column : holds(j, k)) ? " on" : "") }));
      output.outline(shown ? [[at.row, at.column, 1, 1, "window"]] : []);

      const total = rows * columns, changed = pooled.data.filter((_, index) => moved(index)).length;
      const pixels = x.data.filter((v, index) => v !== unmoved.data[index]).length;
      const verdict = right || down ? frame.t("changed", { changed, total, pixels, of: ROWS * COLUMNS })
        : frame.t("still");
      const numbers = [];
      for (let m = 0; m < K; m++) for (let n = 0; n < K; n++) numbers.push(pixel(corner[0] + m, corner[1] + n));
      const words = { max: () => `max(${numbers.join(", ")})`,
        average: () => `(${numbers.join(" + ")}) / ${K * K}`,
        l2: () => `√(${numbers.map((v) => `${v}²`).join(" + ")})` }[mode];
      formula.replaceChildren(...(shown ? [element("span", { class: "cnn-numbers" }, `${words()} = `), element("strong", {}, format(value))] : [" "]));
      const place = frame.t("cell", { row: at.row + 1, column: at.column + 1 });
      const windows = [...output.cells.keys()].filter((index) => holds(Math.floor(index / columns), index % columns)).length;
      frame.say((shown ? frame.t("window", { place, value: format(value) })
        : frame.t("pixel", { place, value: pixel(at.row, at.column), windows })) + ` ${verdict}`);
    }

    return () => {
      const state = frame.state, whole = { ...state, mode: MODES.includes(state.mode) ? state.mode : "max" };
      for (const [trait, [least, most]] of Object.entries(LIMITS)) whole[trait] = within(Math.round(state[trait]), least, most);
      for (const trait of ["right", "down"]) whole[trait] = within(Math.round(state[trait]), ...SHIFT);
      frame.set(whole);
      const [rows, columns] = sizes();
      frame.set({ step: within(Math.round(state.step), 0, rows * columns - 1) });
      if (looked?.grid === "output" && (looked.row >= rows || looked.column >= columns)) looked = null;
      draw();
    };
  });
}

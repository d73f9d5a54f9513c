// Figure Im2col: a window of the image is a column of the matrix, and both light up together.
{
  const ROWS = 4, COLUMNS = 5;
  const CHANNELS = [["20131", "14021", "03112", "21040"], ["01302", "22011", "40123", "10210"]];
  const KERNELS = [[[1, 0, -1], [2, 1, -2], [1, 0, -1]], [[0, 1, 1], [1, -3, 1], [0, 1, 2]]];
  const LIMITS = { channels: [1, 2], kernel_size: [1, 3], padding: [0, 1], stride: [1, 2], dilation: [1, 2] };
  const SYMBOLS = { channels: "C", kernel_size: "K", padding: "P", stride: "S", dilation: "D" };
  const BYTES = 4; // of a float32

  const fits = ({ kernel_size: K, padding: P, dilation: D }) => math.effectiveKernelSize(K, D) <= ROWS + 2 * P;

  figure("Im2col", [...Object.keys(LIMITS), "step"], (frame) => {
    let looked = null; // {grid, row, column}
    const look = (grid) => (row, column) => { looked = row === null ? null : { grid, row, column }; draw(); };
    const slots = [0, 1].map((c) => new Grid(frame, { look: look(`image${c}`), size: 28 }));
    const columns = new Grid(frame, { look: look("columns"), size: 26,
      pick: (_, column) => { frame.stop(); frame.set({ step: column }); } });
    const weights = new Grid(frame, { size: 26 }), product = new Grid(frame, { size: 26 });
    const map = new Grid(frame, { look: look("map"), size: 30,
      pick: (row, column) => { frame.stop(); frame.set({ step: row * map.columns + column }); } });
    const bytes = element("p", { class: "cnn-formula" });
    frame.stage.append(
      element("div", { class: "cnn-panels" }, ...slots.map((slot) => slot.element), map.element),
      element("div", { class: "cnn-product" }, weights.element, columns.element, product.element), bytes);

    const sizes = () => { const { kernel_size: K, padding: P, stride: S, dilation: D } = frame.state;
      return [ROWS, COLUMNS].map((size) => math.outputSize(size, K, P, S, D)); };
    const range = (trait) => { const ok = [];
      for (let value = LIMITS[trait][0]; value <= LIMITS[trait][1]; value++) if (fits({ ...frame.state, [trait]: value })) ok.push(value);
      return [ok[0], ok.at(-1)]; };
    frame.row(...Object.keys(LIMITS).map((trait) => frame.slider(trait, () => range(trait), { symbol: SYMBOLS[trait] })));
    frame.row(frame.player("step", () => sizes()[0] * sizes()[1]));

    function draw() {
      const { channels: C, kernel_size: K, padding: P, stride: S, dilation: D, step } = frame.state;
      const [rows, wide] = sizes(), L = rows * wide, high = ROWS + 2 * P, across = COLUMNS + 2 * P;
      const x = math.tensor([C, ROWS, COLUMNS], CHANNELS.slice(0, C).flatMap((plane) => plane.flatMap((row) => [...row].map(Number))));
      const padded = math.pad2d(x, P);
      const matrix = math.im2col(x, K, { padding: P, stride: S, dilation: D });
      const w = math.tensor([1, C * K * K], KERNELS.slice(0, C).flatMap((kernel) => kernel.slice(0, K).flatMap((row) => row.slice(0, K))));
      const out = math.matmul(w, matrix);
      // Where the entry (row, column) of the matrix comes from: channel, and position in the padded image.
      const source = (row, column) => ({ c: Math.floor(row / (K * K)),
        i: Math.floor(column / wide) * S + Math.floor(row / K) % K * D, j: column % wide * S + row % K * D });
      // What lights up: a whole window and column; or, under the pointer, one pixel and its copies.
      const at = looked ?? { grid: "map", row: Math.floor(step / wide), column: step % wide };
      const pixel = at.grid.startsWith("image") ? { c: Number(at.grid[5]), i: at.row, j: at.column }
        : at.grid === "columns" ? source(at.row, at.column) : null;
      const column = at.grid === "map" ? at.row * wide + at.column : at.grid === "columns" ? at.column : null;
      const same = (row, place) => { const s = source(row, place); return pixel && s.c === pixel.c && s.i === pixel.i && s.j === pixel.j; };
      const inWindow = (c, i, j) => Array.from({ length: K * K }, (_, tap) => source(c * K * K + tap, column)).some((s) => s.i === i && s.j === j);

      slots.forEach((slot, c) => {
        slot.element.hidden = c >= C;
        if (c >= C) return;
        slot.shape(frame.t("image", { c, rows: ROWS, columns: COLUMNS }), high, across);
        slot.paint((i, j) => ({ text: format(padded.data[(c * high + i) * across + j]),
          kind: (i < P || j < P || i >= high - P || j >= across - P ? "pad" : "")
            + ((pixel ? pixel.c === c && pixel.i === i && pixel.j === j : inWindow(c, i, j)) ? " on" : "") }));
        const extent = math.effectiveKernelSize(K, D);
        slot.outline(column === null ? [] : [[Math.floor(column / wide) * S, column % wide * S, extent, extent, "window"]]);
      });
      columns.shape(frame.t("columns", { rows: C * K * K, columns: L }), C * K * K, L);
      columns.paint((row, place) => ({ text: format(matrix.data[row * L + place]),
        kind: (pixel ? same(row, place) : place === column) ? "on" : "" }));
      columns.outline(column === null ? [] : [[0, column, C * K * K, 1, "window"]]);
      weights.shape(frame.t("weights"), 1, C * K * K);
      weights.paint((_, tap) => ({ text: format(w.data[tap]), kind: "kernel" + (at.grid === "columns" && tap === at.row ? " on" : "") }));
      const done = (place) => place <= step || place === column;
      product.shape(frame.t("product"), 1, L);
      product.paint((_, place) => ({ text: done(place) ? format(out.data[place]) : "", kind: "output" + (place === column ? " on" : "") }));
      map.shape(frame.t("map", { rows, columns: wide }), rows, wide);
      map.paint((j, k) => ({ text: done(j * wide + k) ? format(out.data[j * wide + k]) : "", kind: "output" + (j * wide + k === column ? " on" : "") }));
      map.outline(column === null ? [] : [[Math.floor(column / wide), column % wide, 1, 1, "window"]]);

      const [few, many] = [BYTES * x.data.length, BYTES * matrix.data.length];
      bytes.replaceChildren(frame.t("bytes", { few }), " ", element("strong", { "data-count": "bytes" }, String(many)), " ", frame.t("times", { times: format(many / few, 1) }));
      const copies = pixel ? [...matrix.data.keys()].filter((index) => same(Math.floor(index / L), index % L)).length : 0;
      if (pixel) frame.say(frame.t("pixel", { c: pixel.c, place: frame.t("cell", { row: pixel.i + 1, column: pixel.j + 1 }), copies }));
      else {
        const products = Array.from({ length: C * K * K }, (_, row) => {
          const weight = format(w.data[row]); return `${w.data[row] < 0 ? `(${weight})` : weight}·${matrix.data[row * L + column]}`; });
        frame.say(frame.t("column", { column: column + 1, count: L, sum: `${products.join(" + ")} = ${format(out.data[column])}` }));
      }
    }

    return () => {
      const whole = { ...frame.state };
      for (const [trait, [least, most]] of Object.entries(LIMITS)) whole[trait] = within(Math.round(whole[trait]), least, most);
      if (!fits(whole)) whole.dilation = 1;
      frame.set(whole);
      const [rows, wide] = sizes();
      frame.set({ step: within(Math.round(frame.get("step")), 0, rows * wide - 1) });
      if (looked?.grid === "map" && (looked.row >= rows || looked.column >= wide)) looked = null;
      if (looked?.grid === "columns" && looked.column >= rows * wide) looked = null;
      draw();
    };
  });
}

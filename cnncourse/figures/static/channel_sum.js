// Figure ChannelSum: each channel meets its own kernel; the parts and one bias add up to one number.
{
  const ROWS = 4, COLUMNS = 5;
  const CHANNELS = [
    ["20131", "14021", "03112", "21040"],
    ["01302", "22011", "40123", "10210"],
    ["31014", "02213", "12030", "01102"],
  ];
  const KERNELS = [ // of filter 0, then of filter 1: rows of the largest size
    [[[1, 0, -1], [2, 0, -2], [1, 0, -1]], [[0, 1, 0], [1, -3, 1], [0, 1, 0]], [[1, 1, 0], [1, 0, -1], [0, -1, -1]]],
    [[[-1, 1, 0], [1, 1, 0], [0, 1, -1]], [[2, 0, 1], [-1, 0, 1], [0, 0, -2]], [[1, -1, 1], [0, 2, 0], [-1, 0, 1]]],
  ];
  const BIASES = [1, -2];
  const LIMITS = { channels: [1, 3], filters: [1, 2], kernel_size: [1, 3], padding: [0, 1] };

  function tensors({ channels: C, filters: F, kernel_size: K, padding: P }) {
    const x = math.tensor([C, ROWS, COLUMNS], CHANNELS.slice(0, C).flatMap((rows) => rows.flatMap((row) => [...row].map(Number))));
    const w = math.tensor([F, C, K, K], KERNELS.slice(0, F).flatMap((filter) => filter.slice(0, C).flatMap(
      (kernel) => kernel.slice(0, K).flatMap((row) => row.slice(0, K)))));
    return { x: math.pad2d(x, P), w, out: math.conv2d(x, w, BIASES, { padding: P }) };
  }

  figure("ChannelSum", [...Object.keys(LIMITS), "filter", "step"], (frame) => {
    let looked = null; // a cell under the pointer or the cursor: {grid, c, row, column}
    const look = (grid, c) => (row, column) => { looked = row === null ? null : { grid, c, row, column }; draw(); };
    const slot = (c) => {
      const column = { c, channel: new Grid(frame, { look: look("channel", c), size: 30 }),
        kernel: new Grid(frame, { look: look("kernel", c), size: 30 }), part: element("div", { class: "cnn-part" }) };
      column.element = element("div", {}, column.channel.element, column.kernel.element, column.part);
      return column;
    };
    const slots = [0, 1, 2].map(slot);
    const maps = [0, 1].map((f) => new Grid(frame, { look: look("map", f), size: 30,
      pick: (row, column) => { frame.stop(); frame.set({ filter: f, step: row * maps[f].columns + column }); } }));
    const sum = element("p", { class: "cnn-formula" }), counts = element("div", { class: "cnn-formula" });
    frame.stage.append(element("div", { class: "cnn-columns" }, ...slots.map(({ element }) => element)), sum,
      element("div", { class: "cnn-panels" }, ...maps.map((map) => map.element)), counts);

    const size = () => {
      const { kernel_size: K, padding: P } = frame.state;
      return [math.outputSize(ROWS, K, P), math.outputSize(COLUMNS, K, P)];
    };
    const which = frame.choice("filter", [0, 1]);
    frame.row(...Object.entries(LIMITS).map(([trait, limits]) => frame.slider(trait, () => limits,
      { symbol: { channels: "C", filters: "F", kernel_size: "K", padding: "P" }[trait] })));
    frame.row(which);
    frame.row(frame.player("step", () => size()[0] * size()[1]));

    function draw() {
      const state = frame.state, { channels: C, filters: F, kernel_size: K, padding: P } = state;
      const { x, w, out } = tensors(state), [rows, columns] = size();
      const shown = looked?.grid === "map" ? { f: looked.c, row: looked.row, column: looked.column }
        : { f: state.filter, row: Math.floor(state.step / columns), column: state.step % columns };
      const { f, row, column } = shown, [, high, wide] = x.shape;
      const pixel = (c, i, j) => x.data[(c * high + i) * wide + j];
      const weight = (c, m, n) => w.data[((f * C + c) * K + m) * K + n];
      // The tap that the reader points at, in a kernel or under the window.
      const tap = looked && looked.grid !== "map" && { c: looked.c,
        m: looked.row - (looked.grid === "channel" ? row : 0), n: looked.column - (looked.grid === "channel" ? column : 0) };
      const on = (c, m, n) => tap ? tap.c === c && tap.m === m && tap.n === n : m >= 0 && m < K && n >= 0 && n < K;
      which.hidden = F === 1;

      const parts = [];
      slots.forEach(({ c, element: box, channel, kernel, part }) => {
        box.hidden = c >= C;
        if (c >= C) return;
        channel.shape(frame.t("channel", { c }), high, wide);
        channel.paint((i, j) => ({ text: format(pixel(c, i, j)),
          kind: (i < P || j < P || i >= high - P || j >= wide - P ? "pad" : "") + (on(c, i - row, j - column) ? " on" : "") }));
        channel.outline([[row, column, K, K, "window"]]);
        kernel.shape(frame.t("kernel", { c, f }), K, K);
        kernel.paint((m, n) => ({ text: format(weight(c, m, n)), kind: "kernel" + (tap && on(c, m, n) ? " on" : "") }));
        let total = 0;
        for (let m = 0; m < K; m++) for (let n = 0; n < K; n++) total += weight(c, m, n) * pixel(c, row + m, column + n);
        parts.push(total);
        part.textContent = frame.t("part", { part: format(total) });
      });
      maps.forEach((map, index) => {
        map.element.hidden = index >= F;
        if (index >= F) return;
        map.shape(frame.t("map", { f: index, rows, columns }), rows, columns);
        map.paint((j, k) => ({ text: format(out.data[(index * rows + j) * columns + k]),
          kind: "output" + (index === f && j === row && k === column ? " on" : "") }));
        map.outline(index === f ? [[row, column, 1, 1, "window"]] : []);
      });

      const value = format(out.data[(f * rows + row) * columns + column]), bias = BIASES[f];
      const signedPart = (part) => (part < 0 ? `(${format(part)})` : format(part));
      sum.replaceChildren(`${parts.map(signedPart).join(" + ")} + `, element("span", { class: "cnn-bias" }, signedPart(bias)),
        " = ", element("strong", {}, value));
      const count = (name, symbols, numbers, result) => element("p", {},
        element("span", { class: "cnn-symbols" }, symbols), ` = ${numbers} = `, element("strong", { "data-count": name }, String(result)), ` ${frame.t(name)}`);
      counts.replaceChildren(
        count("parameters", "F (C K² + 1)", `${F} · (${C} · ${K * K} + 1)`, math.convParameters(C, F, K, K)),
        count("multiplications", "F O O′ · C K²", `${F} · ${rows} · ${columns} · ${C} · ${K * K}`, math.convMultiplications(C, F, K, K, rows, columns)));

      const place = (i, j) => frame.t("cell", { row: i + 1, column: j + 1 });
      if (!tap) frame.say(frame.t("entry", { f, place: place(row, column), parts: parts.map(format).join(", "), bias: format(bias), value }));
      else if (tap.m >= 0 && tap.m < K && tap.n >= 0 && tap.n < K) {
        const [a, b] = [weight(tap.c, tap.m, tap.n), pixel(tap.c, row + tap.m, column + tap.n)];
        frame.say(frame.t("product", { c: tap.c, weight: format(a), pixel: format(b), product: format(a * b) }));
      } else frame.say(frame.t("outside", { c: looked.c, pixel: format(pixel(looked.c, looked.row, looked.column)), place: place(looked.row, looked.column) }));
    }

    return () => {
      const whole = { ...frame.state };
      for (const [trait, [least, most]] of Object.entries(LIMITS)) whole[trait] = within(Math.round(whole[trait]), least, most);
      whole.filter = within(Math.round(whole.filter), 0, whole.filters - 1);
      frame.set(whole);
      const [rows, columns] = size();
      frame.set({ step: within(Math.round(frame.get("step")), 0, rows * columns - 1) });
      draw();
    };
  });
}

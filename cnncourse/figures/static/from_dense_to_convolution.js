// Figure FromDenseToConvolution: one matrix in three stages; equal colors are one and the same weight.
{
  const STAGES = ["dense", "local", "shared"], LIMITS = { input_size: [4, 12], kernel_size: [1, 4] };
  const HUES = ["#2f6690", "#b5432a", "#0b7a75", "#8a5a00"]; // of the shared weights w0 to w3

  figure("FromDenseToConvolution", ["stage", ...Object.keys(LIMITS), "unit"], (frame) => {
    let looked = null;
    const look = (row, column) => { looked = row === null ? null : { row, column }; draw(); };
    const matrix = new Grid(frame, { look, size: 30, pick: (row) => { frame.stop(); frame.set({ unit: row }); } });
    const pixels = new Grid(frame, { size: 30 });
    const counts = element("ul", { class: "cnn-counts" });
    frame.stage.append(element("div", { class: "cnn-panels" }, element("div", {}, pixels.element, matrix.element)), counts);
    const outputs = () => frame.get("input_size") - frame.get("kernel_size") + 1;
    frame.row(frame.choice("stage", STAGES));
    frame.row(...Object.keys(LIMITS).map((trait) => frame.slider(trait, () => LIMITS[trait], { symbol: trait === "input_size" ? "I" : "K" })));
    frame.row(frame.player("unit", outputs));

    function draw() {
      const { stage, input_size: I, kernel_size: K, unit } = frame.state, rows = outputs();
      const at = looked?.row ?? unit, layer = math.layerMatrix(stage, I, K);
      const name = (row, column) => layer.data[row * I + column] - 1; // the weight's number, from 0; -1 where there is none
      // The weight under the pointer, and wherever else it is used.
      const same = (row, column) => looked && name(row, column) >= 0 && name(row, column) === name(looked.row, looked.column);
      pixels.shape(frame.t("pixels", { size: I }), 1, I);
      pixels.paint((_, column) => ({ text: `z${column}`, kind: name(at, column) >= 0 ? "on" : "" }));
      matrix.shape(frame.t("matrix", { rows, columns: I }), rows, I);
      matrix.paint((row, column) => {
        const number = name(row, column);
        if (number < 0) return { text: "", kind: "pad" };
        return { text: stage === "shared" ? `w${number}` : "", kind: (stage === "shared" ? "shared" : "kernel") + (same(row, column) ? " on" : ""),
          fill: same(row, column) ? "" : `color-mix(in srgb, ${stage === "shared" ? HUES[number] : "var(--cnn-kernel)"} 40%, var(--cnn-paper))` };
      });
      matrix.outline([[at, 0, 1, I, "window"]]);

      const most = math.weightCount("dense", I, K);
      counts.replaceChildren(...STAGES.map((other) => {
        const count = math.weightCount(other, I, K), bar = element("span", { class: "cnn-count-bar" });
        bar.style.width = `${100 * count / most}%`;
        return element("li", { class: other === stage ? "now" : "" }, element("span", {}, frame.t(`stage_${other}`)),
          element("span", { class: "cnn-track" }, bar), element("strong", { "data-count": other }, String(count)));
      }));
      const products = layer.data.filter((number) => number > 0).length;
      const uses = looked && name(looked.row, looked.column) >= 0 ? layer.data.filter((number) => number - 1 === name(looked.row, looked.column)).length : 0;
      frame.say(uses ? frame.t("weight", { row: looked.row, column: looked.column, uses })
        : frame.t(stage, { unit: at, weights: math.weightCount(stage, I, K), products, K, I, rows }));
    }

    return () => {
      const state = frame.state, whole = { ...state, stage: STAGES.includes(state.stage) ? state.stage : "dense" };
      for (const [trait, [least, most]] of Object.entries(LIMITS)) whole[trait] = within(Math.round(state[trait]), least, most);
      frame.set(whole);
      frame.set({ unit: within(Math.round(state.unit), 0, outputs() - 1) });
      if (looked && (looked.row >= outputs() || looked.column >= whole.input_size)) looked = null;
      draw();
    };
  });
}

// Figure DropoutNetwork: each mask gives another output; their average nears that of evaluation.
{
  const HIDDEN = [0.8, 1.5, 0.4, 1.2, 2, 0.6], WEIGHTS = [1, -0.5, 2, 0.5, 1, -1]; // outputs of the units, and to the sum
  const MOST = 400, WIDTH = 480, HEIGHT = 210, CHART = 150, LEFT = 44;
  const unit = (index) => [150, 20 + index * 34];
  const target = [400, 105];

  const keeps = (masks, p) => math.dropoutMask(masks, HIDDEN.length, p);
  const output = (kept, p, scaled) => math.dropoutSum(HIDDEN, WEIGHTS, kept, scaled ? 1 / (1 - p) : 1);
  const evaluation = output(HIDDEN.map(() => 1), 0, false);

  figure("DropoutNetwork", ["p", "training", "scaled", "masks"], (frame) => {
    const picture = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", class: "cnn-wide" });
    const chart = svg("svg", { viewBox: `0 0 ${WIDTH} ${CHART}`, role: "img", class: "cnn-wide" });
    const formula = element("p", { class: "cnn-formula" });
    frame.stage.append(picture, formula, element("div", { class: "cnn-title" }, frame.t("chart")), chart);

    const draws = (by) => frame.set({ training: true, masks: within(frame.get("masks") + by, 1, MOST) });
    frame.row(frame.choice("training", [true, false]), frame.choice("scaled", [true, false]));
    frame.row(frame.slider("p", () => [0, 0.9], { symbol: "p", step: 0.1 }), frame.slider("masks", () => [1, MOST]));
    frame.row(element("div", { class: "cnn-group" }, frame.button("one", () => draws(1)), frame.button("ten", () => draws(10)),
      frame.button("again", () => frame.set({ training: true, masks: 1 }))));

    function draw() {
      const { p, training, scaled, masks } = frame.state;
      const kept = training ? keeps(masks, p) : HIDDEN.map(() => 1);
      const factor = training && scaled ? 1 / (1 - p) : 1;
      const value = output(kept, training ? p : 0, scaled && training);
      const dropped = kept.filter((keep) => !keep).length;

      picture.replaceChildren();
      HIDDEN.forEach((h, index) => {
        const [x, y] = unit(index), state = kept[index] ? "cnn-unit" : "cnn-unit dropped";
        const line = svg("line", { x1: x + 15, y1: y, x2: target[0] - 26, y2: target[1], class: kept[index] ? "cnn-wire" : "cnn-wire dropped" });
        line.style.strokeWidth = 1 + 2 * Math.abs(WEIGHTS[index]);
        picture.append(line, svg("circle", { cx: x, cy: y, r: 15, class: state }),
          svg("text", { x, y, class: "cnn-label" }, kept[index] ? format(h * factor, 1) : "0"),
          svg("text", { x: x - 28, y, class: "cnn-label end" }, frame.t("unit", { index: index + 1, value: format(h) })),
          svg("text", { x: x + 90, y: y + (target[1] - y) * 75 / (target[0] - 41 - x), class: "cnn-label on-wire" }, `× ${format(WEIGHTS[index])}`));
      });
      picture.append(svg("circle", { cx: target[0], cy: target[1], r: 26, class: "cnn-unit sum" }),
        svg("text", { x: target[0], y: target[1], class: "cnn-label" }, format(value)));
      const words = frame.t(training ? "train" : "eval", { dropped, units: HIDDEN.length, value: format(value) });
      picture.setAttribute("aria-label", words);

      // The running average of the outputs, mask by mask.
      const means = [];
      let sum = 0;
      for (let n = 1; n <= masks; n++) means.push((sum += output(keeps(n, p), p, scaled)) / n);
      const all = [evaluation, ...means], least = Math.min(0, ...all), most = Math.max(...all) + 0.3;
      const x = (n) => LEFT + (WIDTH - LEFT - 8) * (masks === 1 ? 0.5 : (n - 1) / (masks - 1));
      const y = (v) => CHART - 22 - (CHART - 34) * (v - least) / (most - least);
      chart.replaceChildren(
        svg("line", { x1: LEFT, x2: WIDTH - 8, y1: y(evaluation), y2: y(evaluation), class: "cnn-goal" }),
        svg("text", { x: LEFT - 6, y: y(evaluation), class: "cnn-label end" }, format(evaluation)),
        svg("polyline", { points: means.map((v, index) => `${x(index + 1)},${y(v)}`).join(" "), class: "cnn-curve" }),
        svg("circle", { cx: x(masks), cy: y(means.at(-1)), r: 4.5, class: "cnn-dot" }),
        svg("text", { x: LEFT, y: CHART - 8, class: "cnn-label start muted" }, "1"),
        svg("text", { x: WIDTH - 8, y: CHART - 8, class: "cnn-label end muted" }, frame.t("count", { masks })));
      const average = format(means.at(-1));
      chart.setAttribute("aria-label", frame.t("average", { masks, average, evaluation: format(evaluation) }));
      formula.replaceChildren(
        frame.t("average", { masks, average, evaluation: format(evaluation) }).split(average)[0],
        element("strong", { "data-count": "average" }, average),
        frame.t("average", { masks, average, evaluation: format(evaluation) }).split(average).slice(1).join(average));
      frame.say(words);
    }

    return () => {
      const { p, masks, training, scaled } = frame.state;
      frame.set({ p: within(Math.round(10 * p) / 10, 0, 0.9), masks: within(Math.round(masks), 1, MOST), training: !!training, scaled: !!scaled });
      draw();
    };
  });
}

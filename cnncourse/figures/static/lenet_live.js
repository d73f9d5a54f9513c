// Figure LeNetLive: the network reads what the pen draws, and shows all that it computes on the way.
{
  // Layers with maps: how many, their side, maps in a row, and [kernel, stride] up to here.
  const PATH = [[5, 1], [2, 2], [5, 1], [2, 2]];
  const LAYERS = {
    C1: { maps: 6, side: 28, across: 6, gap: 2 }, S2: { maps: 6, side: 14, across: 6, gap: 1 },
    C3: { maps: 16, side: 10, across: 8, gap: 1 }, S4: { maps: 16, side: 5, across: 8, gap: 1 },
  };
  Object.values(LAYERS).forEach((layer, depth) => (layer.field = math.receptiveField(PATH.slice(0, depth + 1))));
  const VECTORS = { F5: 120, F6: 84 };

  // Ten digits for those who do not draw, on a paper of 100 × 100.
  const arc = (x, y, rx, ry, from, to) => Array.from({ length: 13 }, (_, i) => {
    const angle = ((from + ((to - from) * i) / 12) * Math.PI) / 180;
    return [Math.round(x + rx * Math.cos(angle)), Math.round(y + ry * Math.sin(angle))];
  }).flat();
  const DIGITS = [
    [arc(50, 50, 21, 34, -90, 270)],
    [[36, 30, 52, 16, 52, 84]],
    [[...arc(50, 35, 20, 19, -170, 30), 30, 84, 72, 84]],
    [[...arc(48, 33, 18, 17, -150, 90), ...arc(48, 67, 21, 18, -90, 150)]],
    [[56, 16, 28, 58, 74, 58], [62, 38, 58, 86]],
    [[70, 16, 38, 16, 34, 46, ...arc(48, 64, 21, 20, -120, 140)]],
    [[62, 16, 44, 32, 33, 54, ...arc(50, 66, 17, 18, -180, 180)]],
    [[30, 18, 70, 18, 46, 86], [36, 50, 66, 50]],
    [[...arc(50, 33, 16, 16, 90, 450), ...arc(50, 67, 19, 18, -90, 270)]],
    [[...arc(50, 36, 18, 18, 0, -360), 66, 60, 56, 86]],
  ];

  // 256 colors between the figure's negative, zero and positive, as they are in this mode; null
  // where the page does not show the figure yet, or has not read its style.
  function palette(node) {
    const style = getComputedStyle(node);
    const ends = ["negative", "zero", "positive"].map((name) => style.getPropertyValue(`--cnn-${name}`).trim());
    if (!ends.every(Boolean)) return null;
    const key = ends.join();
    if (palette.key === key) return palette.colors;
    const [negative, zero, positive] = ends.map((hex) => {
      const digits = hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit) : hex.slice(1).match(/../g);
      return digits.map((pair) => parseInt(pair, 16));
    });
    const colors = new Uint32Array(256);
    for (let i = 0; i < 256; i++) {
      const value = (i - 127.5) / 127.5, end = value < 0 ? negative : positive;
      const [r, g, b] = zero.map((from, c) => Math.round(from + (end[c] - from) * Math.abs(value)));
      colors[i] = (255 << 24) | (b << 16) | (g << 8) | r;
    }
    Object.assign(palette, { key, colors });
    return colors;
  }

  // Maps side by side on one canvas, one pixel a unit, with a mark that can lie on one of them.
  class Maps {
    constructor(frame, name, { maps, side, across, gap }, look, pick) {
      Object.assign(this, { name, maps, side, across, gap, look, pick, cursor: null });
      this.width = across * (side + gap) - gap;
      this.height = Math.ceil(maps / across) * (side + gap) - gap;
      this.canvas = element("canvas", { width: this.width, height: this.height, class: "cnn-pixels" });
      this.mark = svg("rect", { class: "cnn-mark" });
      this.overlay = svg("svg", { viewBox: `0 0 ${this.width} ${this.height}`, class: "cnn-overlay", "aria-hidden": true }, this.mark);
      this.element = element("div", { class: side === 1 ? "cnn-maps cnn-strip" : "cnn-maps" }, this.canvas, this.overlay);
      this.context = this.canvas.getContext("2d");
      this.image = this.context.createImageData(this.width, this.height);
      this.pixels = new Uint32Array(this.image.data.buffer);
      const title = frame.t(name);
      fill(this.canvas, { role: look ? "application" : "img", "data-alt": title,
        "aria-label": look ? frame.t("arrows", { name: title }) : title, tabindex: look ? 0 : false }, []);
      if (look) this.listen();
    }

    at(unit) { return [Math.floor(unit / this.across), unit % this.across].map((n) => n * (this.side + this.gap)); }

    draw(data, color) {
      const { side, width } = this;
      for (let map = 0, from = 0; map < this.maps; map++) {
        const [top, left] = this.at(map);
        for (let i = 0; i < side; i++)
          for (let j = 0; j < side; j++) this.pixels[(top + i) * width + left + j] = color(data[from++]);
      }
      this.context.putImageData(this.image, 0, 0);
    }

    outline(map, row, column, size) {
      this.mark.style.display = map === null ? "none" : "";
      if (map === null) return;
      const [top, left] = this.at(map);
      fill(this.mark, { x: left + column, y: top + row, width: size, height: size }, []);
    }

    // The unit [map, row, column] at a pixel, or null in a gap.
    unit(y, x) {
      const step = this.side + this.gap;
      const row = y % step, column = x % step;
      if (y < 0 || x < 0 || y >= this.height || x >= this.width || row >= this.side || column >= this.side) return null;
      return [Math.floor(y / step) * this.across + Math.floor(x / step), row, column];
    }

    listen() {
      const at = (event) => {
        const box = this.canvas.getBoundingClientRect();
        return this.unit(Math.floor(((event.clientY - box.top) / box.height) * this.height),
                         Math.floor(((event.clientX - box.left) / box.width) * this.width));
      };
      const leave = () => this.look(null);
      fill(this.canvas, {
        pointermove: (event) => { const unit = at(event); if (unit) this.look(this.name, unit); },
        pointerleave: leave, blur: leave,
        click: (event) => { const unit = at(event); if (unit) this.pick(this.name, unit); },
        keydown: (event) => {
          const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [0, 0], " ": [0, 0] }[event.key];
          if (!move) return;
          event.preventDefault();
          if (this.cursor && !move.some(Boolean)) return this.pick(this.name, this.unit(...this.cursor));
          let [y, x] = this.cursor ?? [0, 0];
          if (this.cursor) do { y += move[0]; x += move[1]; } while (!this.unit(y, x) && y >= 0 && x >= 0 && y < this.height && x < this.width);
          if (this.unit(y, x)) this.cursor = [y, x];
          this.look(this.name, this.unit(...this.cursor));
        },
      }, []);
    }
  }

  // The paper: strokes by pen, finger or mouse; with the keyboard, arrows move and Space lowers the pen.
  function paper(frame) {
    const lines = svg("g"), dot = svg("circle", { r: 3, class: "cnn-pen" });
    const sheet = svg("svg", { viewBox: "0 0 100 100", class: "cnn-paper", role: "application", tabindex: 0,
      "aria-label": frame.t("paper") }, lines, dot);
    let pen = null; // where the keyboard's pen is: [x, y, down]
    let last = null; // the stroke under the pointer
    const add = (x, y, start) => {
      const strokes = frame.get("strokes");
      const point = [within(Math.round(x), 0, 100), within(Math.round(y), 0, 100)];
      if (start) return frame.set({ strokes: [...strokes, point] });
      const stroke = strokes.at(-1) ?? [];
      if (Math.hypot(stroke.at(-2) - point[0], stroke.at(-1) - point[1]) < 2) return;
      frame.set({ strokes: [...strokes.slice(0, -1), [...stroke, ...point]] });
    };
    const at = (event) => {
      const box = sheet.getBoundingClientRect();
      return [((event.clientX - box.left) / box.width) * 100, ((event.clientY - box.top) / box.height) * 100];
    };
    const up = () => { if (last === null) return; last = null; frame.busy = false; frame.redraw(); };
    fill(sheet, {
      pointerdown: (event) => {
        event.preventDefault();
        sheet.setPointerCapture(event.pointerId);
        last = event.pointerId;
        frame.busy = true;
        add(...at(event), true);
      },
      pointermove: (event) => { if (event.pointerId === last) add(...at(event)); },
      pointerup: up, pointercancel: up,
      blur: () => { pen = null; paint(); },
      keydown: (event) => {
        const move = { ArrowUp: [0, -4], ArrowDown: [0, 4], ArrowLeft: [-4, 0], ArrowRight: [4, 0] }[event.key];
        if (!move && event.key !== " ") return;
        event.preventDefault();
        pen ??= [50, 20, false];
        if (!move) pen[2] = !pen[2];
        else [pen[0], pen[1]] = [within(pen[0] + move[0], 0, 100), within(pen[1] + move[1], 0, 100)];
        if (pen[2]) add(pen[0], pen[1], !move);
        paint();
        if (!pen[2]) frame.say(words()); // else the network's answer follows, and is said with it
      },
    }, []);
    function paint() {
      const strokes = frame.get("strokes");
      while (lines.childElementCount > strokes.length) lines.lastChild.remove();
      strokes.forEach((stroke, i) => {
        const line = lines.children[i] ?? lines.appendChild(svg("polyline"));
        const points = stroke.length === 2 ? [...stroke, ...stroke] : stroke;
        if (line.getAttribute("points") !== String(points)) line.setAttribute("points", String(points));
      });
      dot.style.display = pen ? "" : "none";
      if (pen) fill(dot, { cx: pen[0], cy: pen[1], class: pen[2] ? "cnn-pen down" : "cnn-pen" }, []);
    }
    // Where the keyboard's pen is, if it is in use.
    const words = () => (pen ? frame.t(pen[2] ? "pen_down" : "pen_up", { x: pen[0], y: pen[1] }) + " " : "");
    return { element: sheet, paint, words };
  }

  figure("LeNetLive", ["strokes", "layer", "unit"], (frame) => {
    const weights = math.lenetWeights(LENET_WEIGHTS);
    let looked = null; // {layer, unit} under the pointer or the cursor
    const look = (layer, unit) => { looked = layer && { layer, unit }; point(); };
    const pick = (layer, unit) => frame.set({ layer, unit });
    const sheet = paper(frame);
    const input = new Maps(frame, "input", { maps: 1, side: 32, across: 1, gap: 0 });
    const layers = Object.fromEntries(Object.entries(LAYERS).map(([name, layer]) => [name, new Maps(frame, name, layer, look, pick)]));
    const vectors = Object.fromEntries(Object.entries(VECTORS).map(([name, units]) =>
      [name, new Maps(frame, name, { maps: units, side: 1, across: units, gap: 0 })]));
    const bars = DIGITS.map((_, digit) => ({ bar: element("span", { class: "cnn-bar" }), value: element("span", { class: "cnn-value" }), digit }));
    for (const row of bars) row.element = element("li", {}, element("span", {}, String(row.digit)), row.bar, row.value);

    const titled = (title, ...content) => element("div", { class: "cnn-panel" }, element("div", { class: "cnn-title" }, frame.t(title)), ...content);
    frame.row(frame.presets("examples", Object.fromEntries(DIGITS.map((strokes, digit) => [`digit_${digit}`, { strokes }]))),
      frame.button("clear", () => frame.set({ strokes: [] })));
    frame.stage.append(
      element("div", { class: "cnn-lenet" }, titled("draw", sheet.element), titled("input", input.element),
        titled("output", element("ol", { class: "cnn-bars" }, ...bars.map((row) => row.element)))),
      ...Object.entries({ ...layers, ...vectors }).map(([name, maps]) => titled(name, maps.element)),
      element("p", { class: "cnn-note" }, frame.t("trained", LENET_WEIGHTS)));

    let stages = {}, waiting;
    function point() {
      const { layer, unit: [map, row, column] } = looked ?? { layer: frame.get("layer"), unit: frame.get("unit") };
      const { size, step } = LAYERS[layer].field, { side } = LAYERS[layer];
      for (const name in layers) name === layer ? layers[name].outline(map, row, column, 1) : layers[name].outline(null);
      input.outline(0, row * step, column * step, size);
      if (!looked) return;
      frame.say(frame.t("unit", { layer, map: map + 1, row: row + 1, column: column + 1, size,
        value: format(stages[layer].data[(map * side + row) * side + column]),
        top: row * step + 1, bottom: row * step + size, left: column * step + 1, right: column * step + size }));
    }

    function compute() {
      stages = math.lenet(math.digitImage(math.scan(frame.get("strokes"))), weights);
      frame.model.set("probabilities", [...stages.output.data]);
      frame.model.save_changes();
      const colors = palette(frame.stage);
      cancelAnimationFrame(waiting);
      if (!colors) return void (waiting = requestAnimationFrame(compute));
      const color = (value) => colors[Math.round((value + 1) * 127.5)];
      input.draw(stages.input.data, (value) => { const gray = Math.round((value + 1) * 127.5); return (255 << 24) | (gray << 16) | (gray << 8) | gray; });
      for (const name in layers) layers[name].draw(stages[name].data, color);
      for (const name in vectors) vectors[name].draw(stages[name].data, color);
      const order = [...stages.output.data].map((p, digit) => [p, digit]).sort((a, b) => b[0] - a[0]);
      for (const { bar, value, element: row, digit } of bars) {
        const p = stages.output.data[digit];
        bar.style.setProperty("--p", p.toFixed(4));
        value.textContent = percent(p);
        row.className = digit === order[0][1] ? "cnn-first" : "";
      }
      if (!frame.get("strokes").length) frame.say(frame.t("empty"));
      else frame.say(sheet.words() + frame.t("verdict", { first: order[0][1], p: percent(order[0][0]), second: order[1][1], q: percent(order[1][0]) }));
    }

    const percent = (p) => frame.t("percent", { value: (100 * p).toFixed(1) });
    const recolor = new MutationObserver(compute);
    recolor.observe(document.documentElement, { attributeFilter: ["data-theme"] });
    recolor.observe(document.body, { attributeFilter: ["data-jp-theme-light"] });
    frame.ends.push(() => { recolor.disconnect(); cancelAnimationFrame(waiting); });

    return () => {
      repair(frame);
      sheet.paint();
      compute();
      point();
    };
  });

  // An address can ask for anything.
  function repair(frame) {
    const strokes = frame.get("strokes").filter((stroke) => Array.isArray(stroke) && stroke.length >= 2)
      .map((stroke) => stroke.slice(0, stroke.length - (stroke.length % 2)).map((x) => within(Math.round(Number(x)) || 0, 0, 100)));
    const layer = LAYERS[frame.get("layer")] ? frame.get("layer") : "C3", { maps, side } = LAYERS[layer];
    const unit = [maps, side, side].map((size, i) => within(Math.round(Number(frame.get("unit")[i])) || 0, 0, size - 1));
    frame.set({ strokes, layer, unit });
  }
}

// Figure KernelLab: nine weights, edited by hand, and what they make of a picture.
{
  const SIZE = 48, MAP = SIZE - 2, ZOOM = 5;
  // china.jpg of scikit-learn (danielbuechele, CC BY 2.0): gray, columns 40 to 420 and rows 30 to 410,
  // each pixel the mean of its square; a byte a pixel.
  const PHOTO =
    "zc3Nzs/P0NDR0dHS09PU1NXW1sBPi9ba2tvc3d7f4OHh4uTk5ebn6Ojp6err6+ztzc7Ozs/P0NDR0dLT09TU1dbW1sxAeNja29zc3d7g4OHi4u" +
    "Pk5ebn5+jp6err6+3tzs/Pz8/P0NHR0dLT09TV1dbX176NyNva29zd3d7f4OHi4uTk5ebm5+fp6urr6+zuz8/P0NDQ0dHS0tPT1NTV1tfX13RI" +
    "Zbzb29zd3d7f4OHi4+Tk5ebn5+fp6urr7O7uz8/Q0NDQ0NLR09TU1dXW19fYzVFkTqHa29zc3t/g4eHi4+Tk5ebm6Ojp6uvs7e7uz9DQ0dHR0t" +
    "PT1NTV1tbX19fFh1qLZEKQ2d3e3+Dg4eHi4+Pk5eXm5+nq6uzt7e7u0NDR0dHS0tPU1NXW1tbX17mOp3iGeltIedTe3+Dg4eHh4uPk5Obn6Onq" +
    "6+vt7e7u0dHR0tLT09TV1dbW1tfHmZWwnZx/eXhgQWS23t/h4eLi4+Tk5ebn6Onq6+vs7e3u0dHR0tLT1NTV0MDUu5eTr7STkIaAeH14b0dJdJ" +
    "jg3+Hi4uTk5ebn6Onq6uvs7O3t0dLS0tPT08HAuYWMnbW5t5Nkgnx8fHl7fnloSEZkm97K4+Tl5ubn6Onq6uvs7O3u0tLT09PU0WyFlqywopB8" +
    "VyAhJEBNU1ldYWBiWU08Rmlvzt7j5ubn6Onq6+vs7e3u0tPT1NTV00ocLSgcExMREBIbGRsXFxgaHR0iJCgsKmGDeXbA5ufn6enq6+zs7e7u0t" +
    "PU1NTVyD0TFxMQEBYcHyU5Q0dDRkQ9QTw3MjotJCIxSY3R5ufo6err6+zs7e7u0tPU1NTU1dJ7JDpAQ0hGQz87P1RJXWBiY1hkVH6CaUhuveXl" +
    "5+bo6enq6+vs7e7u0tPU1NTV1dXXtjM5KFpbYjRALGcwe3h7i0JgQFZ/cmjP5OTl5efo6Onq6+vs7e3u0tLT1NTU1dbW0i45JkQ7MyYpMz81PE" +
    "BDSjtLQ2yHfFTU5OTl5ebn6Onp6urr7Ozt0dLT09TU1NWrkywlKioqLS5QVklHTU1OTk9eZ0xdl5a7yOHk5eXm5+jp6err6+vs0NHS0tOziXVL" +
    "LCcsMDAyMDRkZ11UXFhYUV9kZkw7N1yIYZu0z+Xl5ufn6Onp6urr0NHR0dGGLC00Li4zNUVfYis0QlZVXlxWW11dWVlGPTiQmotnmOTk5eXm5+" +
    "fo6enqz9DQ0dGhFiImJCMlIiMmJzBSSD47Pzs8PT09RkhSZkZdYHKd3uPk5OXl5ubm5+jozs/Pz9DQwmBIRUU+MThGRTdNcUlZbmFCPUBhZz9i" +
    "dmx5dKLE4OHi4+Tk5OXl5ebno83Ozs7Pz16XFSITGR8hGhckNTIkPT9ERD8kPjc1Xz9PSser39/f4OHh4eLj4+TkgbzGxMjJx1+WGR0YJCUoIS" +
    "EoOUMzQU5QUE8oRT8/aUhaVrag0tLR0dTU1dbX19fWibyts728u1mTFR0WJicmICAsOkM0QExVTUgoRkJdbWt/g6alxcLDxcPCwsPExcTFa3lp" +
    "fqmoqVI/IiMiJy0lKCozVlhMVVpTU1hEX2JoaYmBhIqpsK+trq+zsrW1tbW3Z1lWfZqzoUw3MDAtLS4tLjRPeXR0b21wbnBxdnZ9fp6xsbCmpK" +
    "iprayurq6xtLa3X3Nud4OSdCInJSEnKSkoKixLZV1dXFhUVFdWUlVcWHaWnpGKqbrCwsO8xcjGxsTFc3tmb3xjMycgJiAmJyYiJCY6R1RTRlNR" +
    "T01NP09QSXmboaKfa4KaucvMy83Mz9HSiouTbSosMCEhIR0dHR8jIyVjT1lbXFxdVV1eX2NpYChjlZ6en49op8rLzMzKzM3OjoqZSDU2ODw1MT" +
    "AsJyYtKEOLdmlkZ2JqZmhsbHRyal46NJmXkYStxMXFx8fIyMjJl4mCKSs2Pjs/RUZNTlFufGN/fnxzdXNyamhpcGpoYVU9NGV5fZe/wcLBw8TG" +
    "xsbFj4uWl3UlIyYoKlVufIWBTDY9TVxZUlBPSEhFQD0+QkZUbHeefJa8vb/AwL/AwMDAnZuen59BbjctLSEjKSYpKzNEQEVISkBKQUBCVVdAOT" +
    "5YQWWcZ5S9vLy7urq/v7e9np6foaNLlT0tFQMEFCURDi5NNRcOLD0jEBEKHygYKC09QE9sWY69vr6+vry8urm7nZybl50uZCMaDwcGBRIJCAgh" +
    "DRQUDCkgHh4QICwdLTdDXmWCbo29u7y5u729vby8mpqam4sfFw8bDwkHBxUNCgclEh4gDDAnJSIWIDInQEZPg4yYkcC2uLm6u7u8vb23k4mMlW" +
    "kZHRkeEgoGBhMMCggrFBobDzcfHRwkLkdIYGVjm4WuxpqHmrW4ubW3s66qU1phWTgaGBcaHRgjISEdGhZENzQ+QFFPTlFQSltxg3pnnceki6CN" +
    "W5qZromEiHqGXmM2IDI4Ozc+Sz9hW0EZHyJOUVNaUldgcn6RjY6MjIx8eYqRqaCWi29kjnhmXmZoal04MCtLSEpHWFBGZmxjVWKKhoaBhod5Z1" +
    "pKQ0lHSkRCYp+pl5Oal4FfaV1LTEhGb2JhVWVgaGdVYmBAUFxcIx9KRkpGP0JNTUtNRz9IUFlMa4GQk5GQhlU9OjMoKjEyZGxZTFlccF9DP0M+" +
    "OWFZUjg4S0xGR0lQTU9ZW15nbGhqQFGHlIqGc1BLN0IyPi8pXV9kPERCVl0vODVCR2JbY2VlaWpwW2deaW5mcnl9fnR8bFVAc39zbV9XRUc1OS" +
    "cxY1lfRDsxUltYMDE0Q0VWXVRfX2Bne3t5f3p8ent7dXlrYmBaX1NSbEc2KTUzQB8WO1JiWV1UYlpJOk5DOT9fU2RZVFRobnx8eHh0bWpvW1Za" +
    "ZHZvdGlcNjk7PFE7RFhIXldgSDlLSHJfWFxDRkFKR1dQSUJfbm5sbVpMW09ALkEtOF9SiFtEKiQZJTJAWVgpeGdoMExiV1tkbWBhSFFSO1pTRU" +
    "hLZVlZY2NDUV1YLS4TK1Jchk0uLiMjRE5FX04re2praVxqWlBjamJwZmFUTldYZVZLWFxLT2VIRV1QXzo9N3RdSkUxISlINTVudj1C";
  const PRESETS = {
    identity: [0, 0, 0, 0, 1, 0, 0, 0, 0],
    blur: Array(9).fill(1 / 9),
    edges: [1, 0, -1, 2, 0, -2, 1, 0, -1],
    outline: [-1, -1, -1, -1, 8, -1, -1, -1, -1],
    sharpen: [0, -1, 0, -1, 5, -1, 0, -1, 0],
    emboss: [-2, -1, 0, -1, 1, 1, 0, 1, 2],
  };
  const photo = () => math.tensor([1, SIZE, SIZE], [...atob(PHOTO)].map((letter) => letter.charCodeAt(0)));

  // A canvas of pixels, one stop of the Tab key; `look(row, column)` as in Grid, `draw` when pressed.
  class Pixels {
    constructor(frame, side, look, press = () => {}) {
      this.side = side;
      this.canvas = element("canvas", { width: side, height: side, tabindex: 0, role: "application", class: "cnn-raster" });
      this.title = element("div", { class: "cnn-title" });
      this.mark = element("div", { class: "cnn-place" });
      this.element = element("div", { class: "cnn-panel" }, this.title, element("div", { class: "cnn-over" }, this.canvas, this.mark));
      this.canvas.style.width = `${side * ZOOM}px`;
      let pressed = false;
      const at = (event) => {
        const box = this.canvas.getBoundingClientRect();
        return [event.clientY - box.top, event.clientX - box.left].map((v) => within(Math.floor(v / box.width * side), 0, side - 1));
      };
      fill(this.canvas, {
        pointerdown: (event) => { pressed = true; press(...at(event)); look(...at(event)); },
        pointermove: (event) => { if (pressed) press(...at(event)); look(...at(event)); },
        pointerup: () => (pressed = false), pointerleave: () => (pressed = false),
        keydown: (event) => {
          const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
          if (event.key === " " || event.key === "Enter") { event.preventDefault(); press(...this.at); }
          if (!step) return;
          event.preventDefault();
          look(this.at[0] + step[0], this.at[1] + step[1]);
        },
      }, []);
    }

    // The title, the gray of each pixel (0 to 255), and a frame around `size` pixels at a place.
    paint(frame, title, grays, [row, column], size) {
      this.at = [row + (size - 1) / 2, column + (size - 1) / 2];
      this.title.textContent = title;
      this.canvas.setAttribute("aria-label", frame.t("arrows", { name: title }));
      const context = this.canvas.getContext("2d"), image = context.createImageData(this.side, this.side);
      grays.forEach((gray, index) => image.data.set([gray, gray, gray, 255], 4 * index));
      context.putImageData(image, 0, 0);
      const share = (n) => `${100 * n / this.side}%`;
      Object.assign(this.mark.style, { top: share(row), left: share(column), width: share(size), height: share(size) });
    }
  }

  figure("KernelLab", ["kernel", "flip", "row", "column"], (frame) => {
    let picture = photo(), drawing = false;
    const look = (offset) => (row, column) =>
      frame.set({ row: within(row - offset, 0, MAP - 1), column: within(column - offset, 0, MAP - 1) });
    const pen = (row, column) => {
      if (!drawing) return;
      for (let i = row - 1; i <= row + 1; i++) for (let j = column - 1; j <= column + 1; j++)
        if (i >= 0 && j >= 0 && i < SIZE && j < SIZE) picture.data[i * SIZE + j] = Math.max(picture.data[i * SIZE + j], i === row || j === column ? 255 : 128);
      draw();
    };
    const input = new Pixels(frame, SIZE, look(1), pen), map = new Pixels(frame, MAP, look(0));
    const grids = ["patch", "weights", "products"].map(() => new Grid(frame, { size: 44 }));
    const sum = element("p", { class: "cnn-formula" });
    frame.stage.append(element("div", { class: "cnn-panels" }, input.element, map.element),
      element("div", { class: "cnn-panels cnn-sum" }, grids[0].element, element("span", { "aria-hidden": true }, "×"), grids[1].element,
        element("span", { "aria-hidden": true }, "="), grids[2].element), sum);

    const cells = Array.from({ length: 9 }, (_, tap) => element("input", { type: "number", step: "any", min: -9, max: 9, autocomplete: "off",
      "aria-label": frame.t("weight", { row: Math.floor(tap / 3) + 1, column: tap % 3 + 1 }),
      input: () => {
        const typed = cells.map((cell) => Number(cell.value));
        if (typed.every((value) => Number.isFinite(value) && Math.abs(value) <= 9) && cells[tap].value !== "") frame.set({ kernel: typed });
      } }));
    frame.controls.push({ refresh: () => cells.forEach((cell, tap) => {
      if (Number(cell.value) !== frame.get("kernel")[tap] || cell.value === "") cell.value = +frame.get("kernel")[tap].toFixed(3);
    }) });
    frame.row(frame.presets("presets", Object.fromEntries(Object.entries(PRESETS).map(([key, kernel]) => [key, { kernel }]))));
    const file = element("input", { type: "file", accept: "image/*", hidden: true, "aria-label": frame.t("own"), change: () => file.files[0] && load(file.files[0]) });
    const show = (next, pencil) => { picture = next; drawing = pencil; draw(); };
    frame.row(element("div", { class: "cnn-group" }, element("span", { class: "cnn-name" }, frame.t("kernel")), element("div", { class: "cnn-kernel-edit" }, ...cells)),
      element("div", { class: "cnn-stack" }, frame.choice("flip", [false, true]),
        frame.group("picture", [frame.button("photo", () => show(photo(), false)),
          frame.button("blank", () => show(math.tensor([1, SIZE, SIZE]), true)), frame.button("own", () => file.click()), file])));

    // The middle of the reader's picture, in gray. It is read here and goes nowhere.
    async function load(chosen) {
      let bitmap;
      try { bitmap = await createImageBitmap(chosen); } catch { return frame.say(frame.t("unreadable", { name: chosen.name })); }
      const canvas = element("canvas", { width: SIZE, height: SIZE }), context = canvas.getContext("2d");
      const side = Math.min(bitmap.width, bitmap.height);
      context.drawImage(bitmap, (bitmap.width - side) / 2, (bitmap.height - side) / 2, side, side, 0, 0, SIZE, SIZE);
      const { data } = context.getImageData(0, 0, SIZE, SIZE);
      show(math.tensor([1, SIZE, SIZE], Array.from({ length: SIZE ** 2 }, (_, index) =>
        Math.round(0.299 * data[4 * index] + 0.587 * data[4 * index + 1] + 0.114 * data[4 * index + 2]))), false);
    }

    function draw() {
      const { kernel, flip, row, column } = frame.state, used = flip ? [...kernel].reverse() : kernel;
      const out = math.conv2d(picture, math.tensor([1, 1, 3, 3], used));
      const limit = Math.max(...out.data.map(Math.abs)) || 1;
      input.paint(frame, frame.t(drawing ? "draw" : "input"), picture.data, [row, column], 3);
      // Zero is middle gray, so that negative values are seen: darker than that.
      map.paint(frame, frame.t(flip ? "convolution" : "correlation"), out.data.map((v) => 127.5 + 127.5 * v / limit), [row, column], 1);
      const patch = Array.from({ length: 9 }, (_, tap) => picture.data[(row + Math.floor(tap / 3)) * SIZE + column + tap % 3]);
      const products = patch.map((pixel, tap) => pixel * used[tap]);
      const most = Math.max(...products.map(Math.abs));
      grids.forEach((grid, index) => {
        const values = [patch, used, products][index];
        grid.shape(frame.t(["patch", flip ? "flipped" : "weights", "products"][index]), 3, 3);
        grid.paint((i, j) => ({ text: format(values[3 * i + j], index === 1 ? 2 : 0), kind: index === 1 ? "kernel" : "",
          fill: index === 2 ? signed(values[3 * i + j], 1.6 * most) : "" }));
      });
      const value = format(out.data[row * MAP + column], 1);
      sum.replaceChildren(`${frame.t("sum")} `, element("strong", {}, value));
      frame.say(frame.t("place", { place: frame.t("cell", { row: row + 1, column: column + 1 }), value, limit: format(limit, 0) }));
    }

    return () => {
      const { kernel, flip, row, column } = frame.state;
      const fits = kernel.length === 9 && kernel.every((weight) => Math.abs(weight) <= 9);
      frame.set({ kernel: fits ? kernel : PRESETS.edges, flip: !!flip, row: within(Math.round(row), 0, MAP - 1), column: within(Math.round(column), 0, MAP - 1) });
      draw();
    };
  });
}

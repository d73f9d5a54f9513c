// Figure Equivariance: drag the image; a convolution's map follows, a dense layer's does not.
{
  const SIZE = 8, SHIFT = [-4, 4], PADDINGS = ["circular", "zeros"], STRIDES = [1, 2];
  const IMAGE = ["00000000", "00133000", "03000300", "00000300", "00003000", "00030000", "01333331", "00000000"];
  const KERNEL = math.tensor([1, 1, 3, 3], [1, 0, -1, 2, 0, -2, 1, 0, -1]);
  const image = math.tensor([1, SIZE, SIZE], IMAGE.flatMap((row) => [...row].map(Number)));
  // A weight for each pair of pixels, whole numbers from -1 to 1 that look like no pattern.
  const DENSE = Array.from({ length: SIZE ** 4 }, (_, index) => Math.floor(3 * math.noise(index)) - 1);

  const convolve = (x, padding, stride) => padding === "zeros" ? math.conv2d(x, KERNEL, null, { padding: 1, stride })
    : math.conv2d(math.wrap2d(x, 1), KERNEL, null, { stride });

  figure("Equivariance", ["right", "down", "padding", "stride"], (frame) => {
    let looked = null, dragged = null;
    const look = (grid) => (row, column) => { looked = row === null ? null : { grid, row, column }; draw(); };
    const input = new Grid(frame, { look: look("input"), size: 30 });
    const map = new Grid(frame, { look: look("map"), size: 30 }), dense = new Grid(frame, { look: look("dense"), size: 30 });
    frame.stage.append(element("div", { class: "cnn-panels" }, input.element, map.element, dense.element));
    frame.row(frame.choice("padding", PADDINGS), frame.choice("stride", STRIDES));
    frame.row(frame.slider("right", () => SHIFT), frame.slider("down", () => SHIFT));

    // Dragging moves the image by whole pixels; the sliders and the keyboard do the same.
    input.svg.classList.add("cnn-drag");
    fill(input.svg, {
      pointerdown: (event) => {
        dragged = { x: event.clientX, y: event.clientY, ...frame.state };
        input.svg.setPointerCapture(event.pointerId);
      },
      pointermove: (event) => {
        if (!dragged) return;
        const pixel = input.svg.getBoundingClientRect().width / SIZE;
        frame.set({ right: within(dragged.right + Math.round((event.clientX - dragged.x) / pixel), ...SHIFT),
          down: within(dragged.down + Math.round((event.clientY - dragged.y) / pixel), ...SHIFT) });
      },
      pointerup: () => (dragged = null),
      pointercancel: () => (dragged = null),
    }, []);

    function draw() {
      const { right, down, padding, stride } = frame.state;
      const x = math.roll2d(image, down, right), size = SIZE / stride;
      const found = convolve(x, padding, stride), whole = right % stride === 0 && down % stride === 0;
      // The first map, moved as the image was: what an equivariant layer gives.
      const expected = whole ? math.roll2d(convolve(image, padding, stride), down / stride, right / stride) : null;
      const follows = (index) => expected !== null && found.data[index] === expected.data[index];
      const dot = (shifted) => math.matmul(math.tensor([SIZE * SIZE, SIZE * SIZE], DENSE), math.tensor([SIZE * SIZE, 1], shifted.data)).data;
      const answers = dot(x), wanted = math.roll2d(math.tensor([1, SIZE, SIZE], dot(image)), down, right).data;
      const on = (grid, i, j) => (looked?.grid === grid && looked.row === i && looked.column === j ? " on" : "");
      const inMap = looked?.grid === "map" && looked;
      const tap = (i, j) => inMap && [0, 1, 2].some((m) => [0, 1, 2].some((n) => {
        const row = inMap.row * stride + m - 1, column = inMap.column * stride + n - 1;
        return padding === "zeros" ? row === i && column === j
          : (row + SIZE) % SIZE === i && (column + SIZE) % SIZE === j;
      }));

      input.shape(frame.t("input"), SIZE, SIZE);
      input.paint((i, j) => { const v = x.data[i * SIZE + j];
        return { text: v ? format(v) : "", kind: (tap(i, j) || looked?.grid === "dense" ? " on" : "") + on("input", i, j),
          fill: tap(i, j) || looked?.grid === "dense" || on("input", i, j) ? "" : signed(v, 4) }; });
      map.shape(frame.t("map", { size }), size, size);
      map.paint((i, j) => { const index = i * size + j, v = found.data[index];
        return { text: v ? format(v) : "", kind: (follows(index) ? "" : "changed") + on("map", i, j), fill: follows(index) ? signed(v, 14) : "" }; });
      dense.shape(frame.t("dense"), SIZE, SIZE);
      dense.paint((i, j) => { const index = i * SIZE + j, v = answers[index], same = v === wanted[index];
        return { text: format(v), kind: (same ? "" : "changed") + on("dense", i, j), fill: same ? signed(v, 14) : "" }; });

      const wrong = found.data.filter((_, index) => !follows(index)).length;
      const lost = answers.filter((v, index) => v !== wanted[index]).length;
      const verdict = !right && !down ? frame.t("start") : !whole ? frame.t("between", { stride })
        : frame.t(wrong ? "partly" : "follows", { wrong, entries: size * size, lost, units: SIZE * SIZE });
      frame.say(`${frame.t("state", { right, down })} ${verdict}`);
    }

    return () => {
      const { right, down, padding, stride } = frame.state;
      frame.set({ right: within(Math.round(right), ...SHIFT), down: within(Math.round(down), ...SHIFT),
        padding: PADDINGS.includes(padding) ? padding : "circular", stride: stride === 2 ? 2 : 1 });
      draw();
    };
  });
}

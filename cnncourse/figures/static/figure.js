// How a figure is defined, shown and taken away, and what stands in its place if it fails.

/** @type {{ [name: string]: Render }} */
const figures = Object.create(null);

/**
 * Defines a figure. `build(frame)` makes its elements once; the drawing that it returns is drawn at
 * once and after every change of the state.
 * @template {FigureName} Name
 * @param {Name} name @param {(frame: Frame<Name>) => Drawing} build
 */
function figure(name, build) {
  figures[name] = ({ model, el }) => {
    const still = [...el.childNodes];
    let end = () => {};
    guarded(el, still, () => {
      const frame = new Frame(name, model, el);
      end = follow(frame, build(frame), (draw) => guarded(el, still, draw));
    });
    return () => end();
  };
}

/**
 * Draws now and whenever a trait changes, until the function that this returns is called.
 * @param {Frame<any>} frame @param {Drawing} drawing @param {(draw: () => void) => boolean} guard
 */
function follow(frame, drawing, guard) {
  const traits = Object.keys(frame.state);
  let waiting = false, ended = false;
  const draw = () => {
    waiting = false;
    if (ended) return;
    const whole = guard(() => {
      frame.read();
      frame.controls.forEach((control) => control.refresh());
      drawing.draw();
      frame.fit();
      frame.refreshLink();
    });
    if (!whole) end();
  };
  const changed = () => {
    if (!waiting) queueMicrotask(draw); // several traits set together are drawn once
    waiting = true;
  };
  const end = () => {
    ended = true;
    frame.end();
    for (const trait of traits) frame.model.off(`change:${trait}`, changed);
  };
  for (const trait of traits) frame.model.on(`change:${trait}`, changed);
  frame.redraw = draw;
  draw();
  return end;
}

/**
 * Does what may fail with a figure. If it fails, a sentence stands in the figure's place, above
 * what was there before, and the rest of the page goes on.
 * @param {HTMLElement} el @param {ChildNode[]} still @param {() => void} action
 * @returns {boolean} whether it went well
 */
function guarded(el, still, action) {
  try {
    action();
    return true;
  } catch (error) {
    console.error(error);
    const message = error instanceof Error ? error.message : String(error);
    const sentence = wordsFor(el).common.failed.replace("{message}", message);
    el.replaceChildren(element("p", { class: "cnn-note", role: "status" }, sentence), ...still);
    return false;
  }
}

/**
 * In a notebook: while the figure is there, the still picture that was shown with it is hidden.
 * Where no figure comes, as in an export without a network, the picture stays.
 * @param {Render} render @returns {Render}
 */
function inNotebook(render) {
  return ({ model, el }) => {
    const end = render({ model, el });
    const still = model.get("_still");
    if (still) el.append(element("style", {}, `[data-still="${still}"] { display: none }`));
    return end;
  };
}

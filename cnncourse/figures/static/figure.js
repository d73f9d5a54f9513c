// The frame that all figures share: title, controls, stage, a line of words, and the state.
//
// figure(name, traits, build) defines one. `build(frame)` makes its elements once and returns
// `update(changed)`, which draws the state and is called at once and after every change of a trait,
// with the set of the traits that changed (empty at first).
const figures = {};

function figure(name, traits, build) {
  figures[name] = ({ model, el }) => {
    const frame = new Frame(name, traits, model, el);
    const update = build(frame);
    const changed = new Set();
    let waiting = false;
    const draw = () => {
      waiting = false;
      frame.controls.forEach((control) => control.refresh());
      update(new Set(changed));
      changed.clear();
      frame.refreshLink();
    };
    const listeners = traits.map((trait) => [`change:${trait}`, () => {
      changed.add(trait);
      if (!waiting) queueMicrotask(draw); // several traits set together are drawn once
      waiting = true;
    }]);
    for (const [event, listener] of listeners) model.on(event, listener);
    frame.redraw = draw;
    draw();
    return () => {
      frame.stop();
      frame.ends.forEach((end) => end());
      for (const [event, listener] of listeners) model.off(event, listener);
    };
  };
}

class Frame {
  constructor(name, traits, model, el) {
    // `busy` while the pen is down, `ends` what to do when the figure is taken away.
    Object.assign(this, { name, traits, model, controls: [], timer: null, busy: false, ends: [] });
    const language = (el.closest("[lang]")?.lang || "en").slice(0, 2);
    this.words = languages[language] ?? languages.en;
    this.initial = Object.fromEntries(traits.map((trait) => [trait, model.get(trait)]));

    this.panel = element("div", { class: "cnn-controls" });
    this.stage = element("div", { class: "cnn-stage" });
    this.status = element("p", { class: "cnn-status", role: "status", "aria-live": "polite" });
    this.foot = element("div", { class: "cnn-foot" });
    el.replaceChildren(element("div", { class: "cnn-frame", role: "group", "aria-label": this.t("title") },
      this.panel, this.stage, this.status, this.foot));
    if (!model.address) this.keepKeys(el);
    this.button("reset", () => this.set(this.initial), this.foot);
    if (model.address) {
      this.link = element("a", {}, this.t("link"));
      this.foot.append(this.link);
    }
  }

  // The figure's string `key`, or the one that all share, with {words} filled in.
  t(key, values = {}) {
    const text = this.words[this.name][key] ?? this.words.common[key];
    if (text === undefined) throw new Error(`figure ${this.name}: no string ${key}`);
    return text.replace(/\{(\w+)\}/g, (_, word) => values[word]);
  }

  // Jupyter takes arrow keys for itself before they reach what has the focus. Keys pressed in the
  // figure are caught before that, and given to the element that they were meant for.
  keepKeys(el) {
    const keep = (event) => {
      if (!event.isTrusted || !el.contains(event.target) || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.stopImmediatePropagation();
      const copy = new KeyboardEvent(event.type, { key: event.key, code: event.code, bubbles: false, cancelable: true });
      if (!event.target.dispatchEvent(copy)) event.preventDefault();
    };
    addEventListener("keydown", keep, true);
    this.ends.push(() => removeEventListener("keydown", keep, true));
  }

  get(trait) { return this.model.get(trait); }

  set(state) {
    const changed = Object.entries(state).filter(
      ([trait, value]) => JSON.stringify(this.get(trait)) !== JSON.stringify(value));
    for (const [trait, value] of changed) this.model.set(trait, value);
    if (changed.length) this.model.save_changes();
  }

  get state() { return Object.fromEntries(this.traits.map((trait) => [trait, this.get(trait)])); }

  // Words on what is seen: read to everyone who listens, except on every step of an animation
  // and under the pen.
  say(text) {
    this.status.setAttribute("aria-live", this.timer || this.busy ? "off" : "polite");
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  refreshLink() { this.link?.setAttribute("href", this.model.address(this.state)); }

  // A row of controls; what is made next goes into it.
  row(...controls) {
    const row = element("div", { class: "cnn-row" }, ...controls);
    this.panel.append(row);
    return row;
  }

  // A slider of an integer or, with `step`, of another number. `limits()` gives [least, most],
  // `label()` its name where that changes, `show(value)` what is written beside it.
  slider(trait, limits, { symbol, step = 1, label, show = format } = {}) {
    const name = element("span", {}, this.t(trait));
    const input = element("input", { type: "range", step, "data-trait": trait, autocomplete: "off",
      input: () => this.set({ [trait]: Number(input.value) }) });
    const output = element("output", { "aria-hidden": true });
    const control = element("label", { class: "cnn-slider" }, name, input, output);
    if (symbol) name.append(" ", element("var", {}, symbol));
    this.controls.push({ refresh: () => {
      [input.min, input.max] = limits();
      input.value = this.get(trait);
      input.disabled = input.min === input.max;
      output.textContent = show(this.get(trait));
      input.setAttribute("aria-valuetext", output.textContent);
      if (label) name.textContent = label();
    } });
    return control;
  }

  // One of a few values, as buttons of which one is pressed; the strings are `trait_value`.
  choice(trait, values) {
    const buttons = values.map((value) => this.button(`${trait}_${value}`,
      () => this.set({ [trait]: value }), null, () => this.get(trait) === value));
    return this.group(trait, buttons);
  }

  // Buttons that set several traits at once: {string's key: state}.
  presets(title, presets) {
    return this.group(title, Object.entries(presets).map(([key, state]) => this.button(key,
      () => this.set(state), null,
      () => Object.entries(state).every(([trait, value]) => JSON.stringify(this.get(trait)) === JSON.stringify(value)))));
  }

  group(title, buttons) {
    return element("div", { class: "cnn-group", role: "group", "aria-label": this.t(title) },
      element("span", { class: "cnn-name", "aria-hidden": true }, this.t(title)), ...buttons);
  }

  button(key, press, parent = null, pressed = null) {
    const button = element("button", { type: "button", "data-key": key, click: press }, this.t(key));
    if (pressed) this.controls.push({
      refresh: () => button.setAttribute("aria-pressed", String(pressed())) });
    parent?.append(button);
    return button;
  }

  // Play, pause, step and scrub through `count()` values of an integer trait.
  player(trait, count, { label, milliseconds = 700 } = {}) {
    const go = (by) => this.set({ [trait]: (this.get(trait) + by + count()) % count() });
    const play = this.button("play", () => {
      if (this.timer) return this.stop();
      if (this.get(trait) === count() - 1) go(1);
      this.timer = setInterval(() => (this.get(trait) < count() - 1 ? go(1) : this.stop()), milliseconds);
      play.textContent = this.t("pause");
    });
    this.stopped = () => (play.textContent = this.t("play"));
    return element("div", { class: "cnn-player" }, play,
      this.button("back", () => { this.stop(); go(-1); }),
      this.button("forward", () => { this.stop(); go(1); }),
      this.slider(trait, () => [0, count() - 1], { label, show: (value) => `${value + 1} / ${count()}` }));
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.stopped?.();
  }
}

// The frame that all figures share: title, controls, stage, a line of words, and the state.

/** @template {FigureName} Name */
class Frame {
  /** What is brought up to date before every drawing. @type {{ refresh(): void }[]} */
  controls = [];
  /** What to do when the figure is taken away. @type {(() => void)[]} */
  ends = [];
  /** Draws the figure again: set by whoever shows it. @type {() => void} */
  redraw = () => {};
  /** While the pen is down. */
  busy = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  timer;
  /** @type {HTMLButtonElement | undefined} */
  play;
  panel = element("div", { class: "cnn-controls" });
  stage = element("div", { class: "cnn-stage" });
  status = element("p", { class: "cnn-status", role: "status", "aria-live": "polite" });
  foot = element("div", { class: "cnn-foot" });

  /** @param {Name} name @param {Model} model @param {HTMLElement} el */
  constructor(name, model, el) {
    this.name = name;
    this.model = model;
    this.words = wordsFor(el);
    /** What Reset returns to. */
    this.author = this.repaired(model.author ?? this.found());
    /** Always one that the traits take. */
    this.state = this.author;
    this.read();
    const content = [this.panel, this.stage, this.status, this.foot];
    el.replaceChildren(element("div",
      { class: "cnn-frame", role: "group", "aria-label": this.t("title") }, ...content));
    if (!model.address) this.keepKeys(el);
    this.foot.append(this.button("reset", () => this.set(this.author)));
    if (model.address) {
      this.link = element("a", {}, this.t("link"));
      this.foot.append(this.link);
    }
  }

  /**
   * The figure's string `key`, or the one that all share, with {words} filled in.
   * @param {string} key @param {{ [word: string]: string | number }} values
   */
  t(key, values = {}) {
    const text = this.words[this.name][key] ?? this.words.common[key];
    if (text === undefined) throw new Error(`figure ${this.name}: no string ${key}`);
    return text.replace(/\{(\w+)\}/g, (_, word) => String(values[word]));
  }

  /** What the model holds, which may be anything. @returns {Values} */
  found() {
    const traits = Object.keys(descriptions[this.name]);
    return Object.fromEntries(traits.map((trait) => [trait, this.model.get(trait)]));
  }

  /** @param {Values} values @param {Values} [fallback] @returns {States[Name]} */
  repaired(values, fallback) {
    return /** @type {States[Name]} */ (repair(this.name, values, fallback));
  }

  /** Takes the state from the model, and gives it back repaired. */
  read() {
    this.state = this.repaired(this.found(), this.author);
    this.write();
  }

  /** @param {Partial<States[Name]>} values */
  set(values) {
    this.state = this.repaired({ ...this.state, ...values }, this.state);
    this.write();
  }

  write() {
    const changed = Object.entries(this.state)
      .filter(([trait, value]) => !same(this.model.get(trait), value));
    for (const [trait, value] of changed) this.model.set(trait, value);
    if (changed.length) this.model.save_changes();
  }

  /**
   * Words on what is seen: read to everyone who listens, except on every step of an animation and
   * under the pen.
   * @param {string} text
   */
  say(text) {
    this.status.setAttribute("aria-live", this.timer || this.busy ? "off" : "polite");
    if (this.status.textContent !== text) this.status.textContent = text;
  }

  refreshLink() {
    if (this.model.address) this.link?.setAttribute("href", this.model.address(this.state));
  }

  /**
   * Jupyter takes arrow keys for itself before they reach what has the focus. Keys pressed in the
   * figure are caught before that, and given to the element that they were meant for.
   * @param {HTMLElement} el
   */
  keepKeys(el) {
    /** @param {KeyboardEvent} event */
    const keep = (event) => {
      const { target, type, key, code } = event;
      if (!event.isTrusted || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (!(target instanceof Element) || !el.contains(target)) return;
      event.stopImmediatePropagation();
      const copy = new KeyboardEvent(type, { key, code, bubbles: false, cancelable: true });
      if (!target.dispatchEvent(copy)) event.preventDefault();
    };
    addEventListener("keydown", keep, true);
    this.ends.push(() => removeEventListener("keydown", keep, true));
  }

  /** A row of controls. @param {Element[]} controls */
  row(...controls) {
    this.panel.append(element("div", { class: "cnn-row" }, ...controls));
  }

  /**
   * A slider over what a number can be now; `label()` is its name where that changes, `show(value)`
   * what is written beside it.
   * @param {keyof States[Name] & string} trait
   * @param {{ symbol?: string, label?: () => string, show?: (value: number) => string }} options
   */
  slider(trait, { symbol, label, show = format } = {}) {
    const name = element("span", {}, this.t(trait));
    const { step = 1 } = /** @type {NumberDescription} */ (descriptions[this.name][trait]);
    const input = element("input",
      { type: "range", step, "data-trait": trait, autocomplete: "off" });
    input.addEventListener("input", () => this.set(
      /** @type {Partial<States[Name]>} */ ({ [trait]: Number(input.value) })));
    const output = element("output", { "aria-hidden": true });
    if (symbol) name.append(" ", element("var", {}, symbol));
    this.controls.push({ refresh: () => {
      const value = /** @type {number} */ (this.state[trait]);
      [input.min, input.max] = limits(this.name, trait, this.state).map(String);
      input.value = String(value);
      input.disabled = input.min === input.max;
      output.textContent = show(value);
      input.setAttribute("aria-valuetext", output.textContent);
      if (label) name.textContent = label();
    } });
    return element("label", { class: "cnn-slider" }, name, input, output);
  }

  /**
   * The few values of a trait as buttons, of which one is pressed; the strings are `trait_value`.
   * @param {keyof States[Name] & string} trait @param {any[]} values
   */
  choice(trait, values = choices(this.name, trait, this.state)) {
    return this.group(trait, values.map((value) => this.button(`${trait}_${value}`,
      () => this.set(/** @type {Partial<States[Name]>} */ ({ [trait]: value })),
      () => this.state[trait] === value)));
  }

  /**
   * Buttons that set several traits at once: {string's key: state}.
   * @param {string} title @param {{ [key: string]: Partial<States[Name]> }} presets
   */
  presets(title, presets) {
    return this.group(title, Object.entries(presets).map(([key, state]) => this.button(key,
      () => this.set(state),
      () => same({ ...this.state, ...state }, this.state))));
  }

  /** @param {string} title @param {Element[]} buttons */
  group(title, buttons) {
    return element("div", { class: "cnn-group", role: "group", "aria-label": this.t(title) },
      element("span", { class: "cnn-name", "aria-hidden": true }, this.t(title)), ...buttons);
  }

  /**
   * @param {string} key of its string @param {() => void} press
   * @param {() => boolean} [pressed] if it can be on
   */
  button(key, press, pressed) {
    const button = element("button", { type: "button", "data-key": key, click: press },
      this.t(key));
    if (pressed) this.controls.push({
      refresh: () => button.setAttribute("aria-pressed", String(pressed())) });
    return button;
  }

  /**
   * Play, pause, step and scrub through the places that an integer trait numbers.
   * @param {keyof States[Name] & string} trait
   * @param {{ label?: () => string, milliseconds?: number }} options
   */
  player(trait, { label, milliseconds = 700 } = {}) {
    const count = () => limits(this.name, trait, this.state)[1] + 1;
    const now = () => /** @type {number} */ (this.state[trait]);
    /** @param {number} by */
    const go = (by) => this.set(
      /** @type {Partial<States[Name]>} */ ({ [trait]: (now() + by + count()) % count() }));
    const next = () => (now() < count() - 1 ? go(1) : this.stop());
    const play = this.button("play", () => {
      if (this.timer) return this.stop();
      if (now() === count() - 1) go(1);
      this.timer = setInterval(next, milliseconds);
      play.textContent = this.t("pause");
    });
    this.play = play;
    return element("div", { class: "cnn-player" }, play,
      this.button("back", () => { this.stop(); go(-1); }),
      this.button("forward", () => { this.stop(); go(1); }),
      this.slider(trait, { label, show: (value) => `${value + 1} / ${count()}` }));
  }

  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
    if (this.play) this.play.textContent = this.t("play");
  }

  end() {
    this.stop();
    this.ends.forEach((end) => end());
  }
}

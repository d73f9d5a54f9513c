// The frame that all figures share: title, controls, stage, a line of words, and the state.

/** The height of the words below a figure and of the header above it, in letters. */
const WORDS = 10;

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
  /** What the keys of a presentation step through, forward (1) or back (-1). */
  walk = (/** @type {number} */ by) => this.walks[0]?.(by);
  /** @type {((by: number) => void)[]} */
  walks = [];
  /** All that takes its size from the room there is. @type {Sized[]} */
  sized = [];
  /** The width of the stage, and the height that its grids may take together, in pixels. */
  width = 700;
  height = 0;
  room = 300;
  /** How many times larger than in the page cells may be. */
  zoom = 1;
  /** Between two grids, in pixels. */
  gap = 24;
  /** The height of the letters, in pixels, and their font. */
  letter = 14.72;
  family = "sans-serif";
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
    this.box = element("div",
      { class: "cnn-frame", role: "group", tabindex: -1, "aria-label": this.t("title") });
    this.presentation = new Presentation(this);
    this.box.append(this.presentation.title, this.panel, this.stage, this.status, this.foot);
    el.replaceChildren(this.box);
    if (!model.address) this.keepKeys(el);
    this.foot.append(this.button("reset", () => this.set(this.author)), this.presentation.button);
    if (model.address) {
      this.link = element("a", {}, this.t("link"));
      this.foot.append(this.link);
    }
    this.watch();
  }

  /** Draws again when the figure becomes wider or narrower, or another screen's size. */
  watch() {
    this.measure();
    const observer = new ResizeObserver(() => { if (this.measure()) this.redraw(); });
    observer.observe(this.stage);
    this.ends.push(() => observer.disconnect());
  }

  /** Takes the size of the stage, where it is shown already. @returns {boolean} if it is another */
  measure() {
    const { clientWidth: width, clientHeight: height } = this.stage, { on } = this.presentation;
    if (!width) return false;
    const style = getComputedStyle(this.stage), before = [this.width, this.letter, this.height];
    this.width = width;
    this.height = on ? height : 0;
    this.zoom = on ? 4 : 1;
    this.letter = parseFloat(style.fontSize);
    this.gap = this.letter * (this.narrow ? 0.6 : 1.6);
    this.box.style.setProperty("--cnn-gap", `${this.gap}px`);
    this.family = style.fontFamily;
    return !same(before, [this.width, this.letter, this.height]);
  }

  /** As on a phone. */
  get narrow() { return this.width < 30 * this.letter; }

  /** The units of a picture that is wider on a wide screen. @param {number} wide */
  units(wide) { return this.narrow ? 330 : wide; }

  /** Gives the grids the size for which there is room. */
  fit() {
    if (this.sized.length) fitLines(this.lines(), this, this.free());
    for (const picture of /** @type {NodeListOf<SVGSVGElement>} */ (
      this.stage.querySelectorAll("svg.cnn-wide"))) {
      const scale = Math.min(this.width, 36 * this.letter) / picture.viewBox.baseVal.width;
      picture.style.setProperty("--cnn-least", `${SMALLEST / scale}px`);
      picture.style.flexGrow = String(picture.viewBox.baseVal.height);
    }
  }

  /** What stands side by side as long as there is room: else what has one parent. */
  lines = () => {
    const parents = [...new Set(this.sized.map((one) => one.element.parentElement))];
    return parents.map((parent) => /** @type {Line} */ ({ columns:
      this.sized.filter((one) => one.element.parentElement === parent).map((one) => [one]) }));
  };

  /**
   * The height that the grids may take together. On a phone what one looks at fits the screen, with
   * the words about it and the header of a page; what one sets may be a swipe away.
   */
  free() {
    const { on } = this.presentation;
    if (!on && !this.narrow) return this.room;
    const others = [...this.stage.children].filter((child) =>
      !this.sized.some((one) => child.contains(one.element)));
    const heights = others.map((child) => /** @type {HTMLElement} */ (child).offsetHeight);
    const whole = on ? this.stage.clientHeight
      : document.documentElement.clientHeight - WORDS * this.letter;
    return heights.reduce((free, height) => free - height - this.letter, whole);
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
    this.walks.push((by) => this.step(trait, by * step));
    return element("label", { class: "cnn-slider" }, name, input, output);
  }

  /**
   * Takes a number further, and from its last value to its first.
   * @param {keyof States[Name] & string} trait @param {number} by
   */
  step(trait, by) {
    const [least, most] = limits(this.name, trait, this.state);
    const next = /** @type {number} */ (this.state[trait]) + by;
    const value = next > most + 1e-9 ? least : next < least - 1e-9 ? most : next;
    this.set(/** @type {Partial<States[Name]>} */ ({ [trait]: value }));
  }

  /**
   * The few values of a trait as buttons, of which one is pressed; the strings are `trait_value`.
   * Where the buttons say enough, the trait's own name is not `seen`.
   * @param {keyof States[Name] & string} trait @param {any[]} values
   */
  choice(trait, values = choices(this.name, trait, this.state), seen = true) {
    this.walks.push((by) => {
      const next = values.indexOf(this.state[trait]) + by + values.length;
      this.set(/** @type {Partial<States[Name]>} */ ({ [trait]: values[next % values.length] }));
    });
    const { most } = descriptions[this.name][trait];
    return this.group(trait, values.map((value) => {
      const button = this.button(`${trait}_${value}`,
        () => this.set(/** @type {Partial<States[Name]>} */ ({ [trait]: value })),
        () => this.state[trait] === value);
      if (most !== undefined) this.controls.push({
        refresh: () => { button.disabled = value > evaluate(most, this.state); } });
      return button;
    }), seen);
  }

  /**
   * The few values of a trait, or states by their string's key, as a list to choose from. What is
   * none of the states is `other`.
   * @param {string} name @param {{ [key: string]: Partial<States[Name]> }} [presets]
   */
  menu(name, presets) {
    const states = presets ?? Object.fromEntries(choices(this.name, name, this.state).map((value) =>
      [`${name}_${value}`, /** @type {Partial<States[Name]>} */ ({ [name]: value })]));
    /** @param {Partial<States[Name]>} state */
    const on = (state) => same({ ...this.state, ...state }, this.state);
    const options = Object.keys(states).map(
      (key) => element("option", { value: key }, this.t(key)));
    const other = element("option", { value: "", hidden: true }, this.t("other"));
    const select = element("select", { "data-trait": name, autocomplete: "off" },
      presets ? other : null, ...options);
    select.addEventListener("change", () => this.set(states[select.value]));
    this.controls.push({ refresh: () => {
      select.value = Object.keys(states).find((key) => on(states[key])) ?? "";
    } });
    return element("label", { class: "cnn-group" },
      element("span", { class: "cnn-name" }, this.t(name)), select);
  }

  /** A button that copies what is written in an element. @param {Element} source */
  copy(source) {
    const button = this.button("copy", async () => {
      const range = document.createRange();
      range.selectNodeContents(source);
      getSelection()?.removeAllRanges();
      getSelection()?.addRange(range); // it can be copied by hand, too
      try {
        await navigator.clipboard.writeText(source.textContent ?? "");
      } catch {
        document.execCommand("copy");
      }
      button.textContent = this.t("copied");
    });
    this.controls.push({ refresh: () => { button.textContent = this.t("copy"); } });
    return button;
  }

  /**
   * Buttons that set several traits at once: {string's key: state}.
   * @param {string} title @param {{ [key: string]: Partial<States[Name]> }} presets
   */
  presets(title, presets) {
    const states = Object.values(presets);
    const now = () => states.findIndex((state) => same({ ...this.state, ...state }, this.state));
    const traits = /** @type {(keyof States[Name])[]} */ (
      [...new Set(states.flatMap(Object.keys))]);
    /** What was there and is none of them, a drawing say, has its place in the round. */
    let own = /** @type {Partial<States[Name]> | null} */ (null);
    this.walks.push((by) => {
      if (now() < 0) own = Object.assign({}, ...traits.map((t) => ({ [t]: this.state[t] })));
      const round = own ? [...states, own] : states;
      const at = now() < 0 ? states.length : now();
      this.set(round[(at + by + round.length) % round.length]);
    });
    return this.group(title, Object.entries(presets).map(([key, state]) => this.button(key,
      () => this.set(state),
      () => same({ ...this.state, ...state }, this.state))));
  }

  /** @param {string} title @param {Element[]} buttons */
  group(title, buttons, seen = true) {
    const name = element("span", { class: "cnn-name", "aria-hidden": true }, this.t(title));
    return element("div", { class: "cnn-group", role: "group", "aria-label": this.t(title) },
      ...(seen ? [name] : []), ...buttons);
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
    const go = (by) => this.step(trait, by);
    this.walks.unshift((by) => { this.stop(); go(by); });
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

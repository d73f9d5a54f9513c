// What shows the figures on a page without Jupyter: a model with the same methods as a widget's,
// and the page's address, as in  arithmetic.html#ConvolutionArithmetic?dilation=2&stride=2 .

/** The state of one figure, with the methods of a widget's model. */
class PageModel {
  /** @type {{ [event: string]: (() => void)[] }} */
  listeners = {};

  /** @param {string} id of the element @param {Values} author the state that the author gave */
  constructor(id, author) {
    this.id = id;
    this.author = author;
    this.state = { ...author };
  }

  /** @param {string} name @returns {any} */
  get(name) { return this.state[name]; }

  /** @param {string} name @param {unknown} value */
  set(name, value) {
    if (same(value, this.state[name])) return;
    this.state[name] = value;
    for (const listener of this.listeners[`change:${name}`] ?? []) listener();
  }

  /** @param {string} event @param {() => void} listener */
  on(event, listener) { (this.listeners[event] ??= []).push(listener); }

  /** @param {string} event @param {() => void} listener */
  off(event, listener) {
    this.listeners[event] = (this.listeners[event] ?? []).filter((other) => other !== listener);
  }

  save_changes() {}

  /** @param {Values} state @returns {string} */
  address(state) {
    const written = Object.entries(state).map(([name, value]) =>
      [name, typeof value === "string" ? value : JSON.stringify(value)]);
    return `#${this.id}?${new URLSearchParams(written)}`;
  }

  /**
   * What an address asks of this figure, of which anything may be wrong; null if it does not.
   * @param {string} address @returns {Values | null}
   */
  asked(address) {
    const hash = address.includes("#") ? address.slice(address.indexOf("#") + 1) : "";
    const [id, query] = hash.split("?");
    if (id !== this.id || !query) return null;
    /** @type {Values} */
    const asked = {};
    for (const [name, text] of new URLSearchParams(query))
      if (Object.hasOwn(this.author, name)) asked[name] = this.parsed(name, text);
    return asked;
  }

  /** @param {string} name @param {string} text @returns {unknown} */
  parsed(name, text) {
    if (typeof this.author[name] === "string") return text;
    try { return JSON.parse(text); } catch { return this.author[name]; }
  }

  /** @param {Values} state */
  show(state) {
    for (const [name, value] of Object.entries(state)) this.set(name, value);
  }
}

/**
 * Keeps the figures of a page with its address and the browser's Back and Forward. A link says a
 * figure's whole state: what it leaves out is the author's. Each entry of the browser's history
 * remembers the states that it was left in.
 */
class Addresses {
  /** @type {Map<unknown, Values[]>} */
  left = new Map();

  /** @param {PageModel[]} models */
  constructor(models) {
    this.models = models;
    this.entry = this.entered();
    addEventListener("hashchange", ({ oldURL, newURL }) => this.moved(oldURL, newURL));
  }

  /** The mark of the present entry of the history, made if it is new. */
  entered() {
    if (history.state?.figures === undefined)
      history.replaceState({ ...history.state, figures: Math.random() }, "");
    return history.state.figures;
  }

  /** @param {string} from @param {string} to */
  moved(from, to) {
    this.left.set(this.entry, this.models.map((model) => ({ ...model.state })));
    this.entry = this.entered();
    const states = this.left.get(this.entry);
    this.models.forEach((model, index) => {
      const asked = model.asked(to);
      if (!asked && !model.asked(from)) return; // a place in the text, say
      model.show(states?.[index] ?? { ...model.author, ...asked });
      if (asked && !states) document.getElementById(model.id)?.scrollIntoView();
    });
  }
}

/**
 * Puts the moving figure into its place.
 * @param {HTMLElement} el @returns {PageModel}
 */
function show(el) {
  const model = new PageModel(el.id, JSON.parse(el.dataset.state ?? ""));
  const asked = model.asked(location.hash);
  if (asked) model.show({ ...model.author, ...asked });
  figures[el.dataset.figure ?? ""]({ model, el });
  if (asked) el.scrollIntoView();
  return model;
}

/**
 * Goes on once what a figure needs has been loaded, for which a reader comes near it, or a link
 * leads to it.
 * @param {HTMLElement} el @param {() => void} then
 */
function near(el, then) {
  const needs = el.dataset.needs?.split(" ") ?? [];
  if (!needs.length) { then(); return; }
  const load = () => {
    watch.disconnect();
    removeEventListener("hashchange", led);
    Promise.all(needs.map((name) => new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = `${folder}/${name}.js`;
      script.onload = resolve;
      document.head.append(script);
    }))).then(then);
  };
  const led = () => { if (location.hash.split("?")[0] === `#${el.id}`) load(); };
  const watch = new IntersectionObserver(
    (seen) => { if (seen.some(({ isIntersecting }) => isIntersecting)) load(); },
    { rootMargin: "150% 0px" });
  addEventListener("hashchange", led);
  watch.observe(el);
  led();
}

performance.mark("figures"); // for the benchmark
const { currentScript } = document;
const folder = currentScript instanceof HTMLScriptElement
  ? currentScript.src.replace(/\/figures\/[^/]*$/, "") : "";
/** @type {PageModel[]} */
const models = [];
for (const el of document.querySelectorAll(".cnn-figure[data-figure]"))
  if (el instanceof HTMLElement)
    near(el, () => guarded(el, [...el.childNodes], () => models.push(show(el))));
// Only then: Sphinx's script of marked words takes the history's state for its own while it loads.
const begin = () => new Addresses(models);
if (document.readyState === "complete") begin();
else addEventListener("load", begin, { once: true });
performance.measure("figures", "figures");

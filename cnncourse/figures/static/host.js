// What shows the figures on a page without Jupyter: a model with the same methods as a widget's,
// and the page's address, as in  arithmetic.html#ConvolutionArithmetic?dilation=2&stride=2 .
class PageModel {
  constructor(id, state) {
    Object.assign(this, { id, state, listeners: {} });
  }

  get(name) { return this.state[name]; }

  set(name, value) {
    if (JSON.stringify(value) === JSON.stringify(this.state[name])) return;
    this.state[name] = value;
    for (const listener of this.listeners[`change:${name}`] ?? []) listener();
  }

  on(event, listener) { (this.listeners[event] ??= []).push(listener); }

  off(event, listener) {
    this.listeners[event] = this.listeners[event]?.filter((other) => other !== listener);
  }

  save_changes() {}

  address(state) {
    const written = Object.entries(state).map(([name, value]) =>
      [name, typeof value === "string" ? value : JSON.stringify(value)]);
    return `#${this.id}?${new URLSearchParams(written)}`;
  }

  // Takes from the address what names a trait and has its type.
  read(address) {
    const [id, query] = address.replace(/^#/, "").split("?");
    if (id !== this.id || !query) return false;
    for (const [name, text] of new URLSearchParams(query)) {
      let value = text;
      if (typeof this.state[name] !== "string") try { value = JSON.parse(text); } catch { continue; }
      if (typeof value === typeof this.state[name] && Array.isArray(value) === Array.isArray(this.state[name]))
        this.set(name, value);
    }
    return true;
  }
}

performance.mark("figures"); // for the benchmark
for (const el of document.querySelectorAll(".cnn-figure[data-figure]")) {
  const model = new PageModel(el.id, JSON.parse(el.dataset.state));
  const show = () => model.read(location.hash) && el.scrollIntoView();
  show();
  figures[el.dataset.figure]({ model, el });
  addEventListener("hashchange", show);
}
performance.measure("figures", "figures");

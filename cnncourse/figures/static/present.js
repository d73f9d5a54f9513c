// The view for a lecture hall: the figure alone, as large as the screen, and the keys of a
// presenter's remote step through it.

/** @type {{ [key: string]: number | undefined }} */
const STEPS = {
  PageDown: 1, ArrowRight: 1, ArrowDown: 1, PageUp: -1, ArrowLeft: -1, ArrowUp: -1,
};

class Presentation {
  on = false;

  /** @param {Frame<any>} frame */
  constructor(frame) {
    this.frame = frame;
    this.button = frame.button("full_screen", () => (this.on ? this.leave() : this.enter()));
    this.title = element("p", { class: "cnn-heading", hidden: true }, frame.t("title"));
    const changed = () => { if (!document.fullscreenElement) this.leave(); };
    document.addEventListener("fullscreenchange", changed);
    // Before anything else takes the key, as Jupyter does.
    const keys = (/** @type {KeyboardEvent} */ event) => this.key(event);
    addEventListener("keydown", keys, true);
    frame.ends.push(() => {
      document.removeEventListener("fullscreenchange", changed);
      removeEventListener("keydown", keys, true);
      this.leave();
    });
  }

  enter() {
    this.show(true);
    this.frame.box.focus();
    // Where a browser has no such view, the figure covers the page.
    this.frame.box.requestFullscreen?.().catch(() => {});
  }

  leave() {
    if (!this.on) return;
    this.show(false);
    if (document.fullscreenElement === this.frame.box) document.exitFullscreen();
    this.button.focus();
  }

  /** @param {boolean} on */
  show(on) {
    const { frame } = this;
    this.on = on;
    this.title.hidden = !on;
    frame.box.classList.toggle("cnn-large", on);
    document.documentElement.classList.toggle("cnn-presents", on);
    this.button.textContent = frame.t(on ? "leave" : "full_screen");
    frame.measure();
    frame.redraw();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const { key, target } = event, by = STEPS[key];
    if (!this.on || event.ctrlKey || event.metaKey || event.altKey) return;
    if (key === "Escape") this.leave();
    else if (!by || (key.startsWith("Arrow") && this.takesArrows(target))) return;
    else this.frame.walk(by);
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** @param {EventTarget | null} target */
  takesArrows(target) {
    return target instanceof Element && target.matches("input, select, [role=application]");
  }
}

// What a link leads to, shown beside it: a term, a box, an equation, a figure, a cited work.
//
// Shown when a mouse rests on the link or the Tab key comes to it; a finger only follows it. Escape
// closes, and so does leaving both the link and what is shown, into which the mouse may go (WCAG 1.4.13).
"use strict";

{
  const REST = 250; // milliseconds
  const PART = ":is(figure, div.math, .admonition, .footnote, .citation)";
  const LEFT_OUT = ".headerlink, .backrefs, .label, button, script, .cnn-controls";
  const source = document.currentScript.src.replace("previews.js", "preview-data.js");

  const box = document.createElement("div");
  box.id = "preview";
  box.setAttribute("role", "tooltip");
  box.hidden = true;

  let link; // whose preview is shown, or about to be
  let timer;
  let loading;

  globalThis.cnncourse ??= {};

  /** The parts of other pages, loaded once. */
  function elsewhere() {
    loading ??= new Promise((done, failed) => {
      globalThis.cnncourse.previews = done;
      document.head.append(Object.assign(document.createElement("script"), { src: source, onerror: failed }));
    });
    return loading;
  }

  /** What an address of this page shows, as an element to put into the box. */
  function here(anchor) {
    const target = document.getElementById(anchor);
    const part = target?.matches("dt") ? target.nextElementSibling : target?.matches(PART) ? target : null;
    if (!part) return null;
    const copy = part.cloneNode(true);
    copy.querySelectorAll(LEFT_OUT).forEach((element) => element.remove());
    for (const element of [copy, ...copy.querySelectorAll("*")]) {
      for (const name of ["id", "tabindex", "role", "hidden", "aria-live"]) element.removeAttribute(name);
    }
    if (part.matches("dd")) copy.querySelector("p > a:has(> .std-doc):last-child")?.remove();
    for (const inner of copy.querySelectorAll("a")) {
      const words = document.createElement("span");
      words.append(...inner.childNodes);
      inner.replaceWith(words);
    }
    if (part.matches("dd")) {
      const plain = document.createElement("div");
      plain.append(...copy.childNodes);
      return plain;
    }
    return copy;
  }

  async function shown(element) {
    const address = new URL(element.href);
    if (!address.hash) return null;
    const anchor = decodeURIComponent(address.hash.slice(1));
    if (address.pathname === location.pathname) return here(anchor);
    const page = address.pathname.split("/").at(-1);
    const html = (await elsewhere())[`${page}#${anchor}`];
    if (!html) return null;
    const part = document.createElement("div");
    part.innerHTML = html;
    // Pictures are named as from the first folder, where the pages lie.
    for (const picture of part.querySelectorAll("img")) picture.src = new URL(picture.getAttribute("src"), element.href).href;
    return part;
  }

  /** Below the link, or above it where there is more room; never beyond the window's sides. */
  function put(element) {
    const { left, top, bottom } = element.getClientRects()[0];
    box.hidden = false;
    const from = (box.offsetParent ?? document.body).getBoundingClientRect();
    const above = bottom + box.offsetHeight + 8 > innerHeight && top > innerHeight - bottom;
    box.style.left = `${Math.max(8, Math.min(left, document.documentElement.clientWidth - box.offsetWidth - 8)) - from.left}px`;
    box.style.top = `${(above ? top - box.offsetHeight - 6 : bottom + 6) - from.top}px`;
  }

  function close() {
    clearTimeout(timer);
    link?.removeAttribute("aria-describedby");
    link = undefined;
    box.hidden = true;
    box.replaceChildren();
  }

  async function open(element) {
    const part = await shown(element).catch(() => null); // without a preview, a link is a link
    if (!part || link !== element) return;
    box.replaceChildren(part);
    put(element);
    element.setAttribute("aria-describedby", box.id);
  }

  function begin(element, wait) {
    if (link === element) return clearTimeout(timer);
    close();
    link = element;
    timer = setTimeout(open, wait, element);
  }

  function leave() {
    clearTimeout(timer);
    timer = setTimeout(close, REST);
  }

  const linkOf = (event) => event.target.closest?.(".bd-article a[href*='#']:not(.headerlink, [role=doc-backlink])");

  document.querySelector("main").append(box); // within a landmark
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const over = linkOf(event);
    if (over) begin(over, REST);
    else if (link && box.contains(event.target)) clearTimeout(timer);
    else if (link && !link.matches(":focus-visible")) leave();
  });
  document.addEventListener("focusin", (event) => {
    const focused = linkOf(event);
    if (focused?.matches(":focus-visible")) begin(focused, 0);
    else if (link) close();
  });
  document.addEventListener("focusout", (event) => event.target === link && close());
  document.addEventListener("keydown", (event) => event.key === "Escape" && link && close());
  document.addEventListener("click", close);
}

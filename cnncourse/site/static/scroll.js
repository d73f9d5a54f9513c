// What is wider than the column scrolls by itself; with the keyboard that takes a stop of the Tab
// key. Only what really overflows gets one, and loses it again on a wider screen.
"use strict";

const TABLES = ".pst-scrollable-table-container, .cell_output .text_html";
const FORMULAS = "div.formula";
const FORMULA = JSON.parse(document.querySelector("meta[name=course-words]").content).formula;

function set(element, name, value) {
  if (value) element.setAttribute(name, value);
  else element.removeAttribute(name);
}

function markScrolling() {
  for (const box of document.querySelectorAll(`.bd-article :is(pre, ${FORMULAS}, ${TABLES})`)) {
    box.style.overflowX = "";
    const excess = box.scrollWidth - box.clientWidth;
    // Widths are rounded: a formula that seems one pixel too wide fits, and is not worth a stop. To a
    // table the theme has given one by then, so it must say what it is.
    const scrolls = excess > (box.matches(TABLES) ? 0 : 1);
    if (!scrolls && excess === 1 && getComputedStyle(box).overflowX === "auto") box.style.overflowX = "hidden";
    set(box, "tabindex", scrolls && "0");
    const kind = [FORMULAS, TABLES].find((kind) => box.matches(kind));
    if (!kind) continue;
    // A stop needs a name: that of its section, told apart where there are several.
    const section = box.closest("section");
    const nth = [...section.querySelectorAll(kind)].indexOf(box);
    const heading = section.querySelector("h1, h2, h3, h4").firstChild.textContent;
    const title = kind === FORMULAS ? `${FORMULA}: ${heading}` : heading;
    set(box, "role", scrolls && "region");
    set(box, "aria-label", scrolls && (nth ? `${title} (${nth + 1})` : title));
  }
}

addEventListener("load", () => {
  markScrolling();
  addEventListener("resize", markScrolling);
  // Text in a folded part has no width until it is opened.
  document.addEventListener("toggle", markScrolling, true);
});

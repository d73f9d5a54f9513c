// The switch of languages leads to the section that is being read, and takes along what is looked for.
"use strict";

{
  /** The section at the top of the window, "" at the beginning of the page. */
  function section() {
    const all = [...document.querySelectorAll(".bd-article section[id]")];
    const read = all.filter((one) => {
      const { top, bottom } = one.getBoundingClientRect();
      return top < innerHeight / 3 && bottom > 0;
    });
    const last = read.at(-1);
    return !last || last === all[0] ? "" : `#${last.id}`;
  }

  for (const link of document.querySelectorAll(".language-switch")) {
    const page = link.href;
    // Before it is followed in whatever way: by a click, in a new tab, from the menu of a mouse.
    for (const kind of ["pointerdown", "focus", "click"]) {
      link.addEventListener(kind, () => {
        const place = new URL(page);
        place.search = location.search;
        place.hash = section();
        link.href = place.href;
      });
    }
  }
}

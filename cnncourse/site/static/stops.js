// Stops of the Tab key. Copy buttons: one stop for each section, from which the arrow keys lead to the
// others. A chapter has dozens of them, and who reads with the keyboard would pass each on the way to a
// figure. Formulas in a line of text that scroll on a phone: a stop each, so that the keys scroll them.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const said = JSON.parse(document.querySelector("meta[name=course-words]").content);
  const groups = new Map();

  for (const button of document.querySelectorAll(".bd-article button.copybtn")) {
    const section = button.closest(".bd-article > section > section") ?? document.body;
    groups.set(section, [...(groups.get(section) ?? []), button]);
  }

  for (const buttons of groups.values()) {
    const stop = (chosen) => buttons.forEach((button) => (button.tabIndex = button === chosen ? 0 : -1));
    stop(buttons[0]);
    buttons.forEach((button, place) => {
      if (buttons.length > 1) button.dataset.tooltip = said.copy;
      button.addEventListener("focus", () => stop(button));
      button.addEventListener("keydown", (event) => {
        const next = buttons[place + ({ ArrowDown: 1, ArrowUp: -1 }[event.key] ?? NaN)];
        if (!next) return;
        event.preventDefault();
        next.focus();
      });
    });
  }

  [...document.querySelectorAll(".bd-article span.math")].forEach((formula, number) => {
    if (formula.scrollWidth > formula.clientWidth && getComputedStyle(formula).overflowX === "auto")
      Object.assign(formula, { tabIndex: 0, role: "region", ariaLabel: `${said.formula} ${number + 1}` });
  });
});

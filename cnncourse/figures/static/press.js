// What may not move while a pointer is pressed: a click is what is let go where it was pressed.
let pressed = false;
for (const kind of ["pointerdown", "pointerup", "pointercancel"])
  globalThis.document?.addEventListener(kind, () => { pressed = kind === "pointerdown"; }, true);

/**
 * Calls `then` once a press that is under way has become a click. Whoever loses the focus says so
 * in between; if a text grew by a line at that moment, the button below would be elsewhere.
 * @param {() => void} then
 */
function afterPress(then) {
  const soon = () => setTimeout(then);
  if (pressed) document.addEventListener("pointerup", soon, { once: true, capture: true });
  else soon();
}

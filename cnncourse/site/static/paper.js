// Paper is white: a page that is read in the dark is printed in its light colors.
"use strict";

{
  const root = document.documentElement;
  let before;
  addEventListener("beforeprint", () => {
    before ??= root.dataset.theme;
    root.dataset.theme = "light";
  });
  addEventListener("afterprint", () => {
    if (before) root.dataset.theme = before;
    before = undefined;
  });
}

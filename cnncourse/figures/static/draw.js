// Elements, numbers and the colors of cells.
const SVG = "http://www.w3.org/2000/svg";

/**
 * element("p", { class: "x" }, "text", child …); functions become listeners, false is left out.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag @param {Attributes} attributes @param {(Node | string | null)[]} children
 */
function element(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/**
 * The same for SVG.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag @param {Attributes} attributes @param {(Node | string | null)[]} children
 */
function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * Gives attributes, listeners and children to an element.
 * @template {Element} T
 * @param {T} node @param {Attributes} attributes @param {(Node | string | null)[]} children
 */
function fill(node, attributes, children = []) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value !== false && value != null) node.setAttribute(name, String(value));
  }
  node.append(...children.filter((child) => child !== null));
  return node;
}

/** @param {HTMLCanvasElement} canvas */
function context2d(canvas) {
  const context = canvas.getContext("2d");
  if (!context) throw new Error("this browser draws nothing on a canvas");
  return context;
}

/** A number as the reader should see it: at most `digits` decimals, and a real minus sign. */
const format = (/** @type {number} */ value, digits = 2) =>
  String(+value.toFixed(digits)).replace("-", "−");

/** An exponent, in raised digits. @param {number} exponent */
const raised = (exponent) => [...String(exponent)].map((letter) =>
  letter === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(letter)]).join("");

/** A factor or a summand: in parentheses if it is negative. @param {number} value */
const enclosed = (value) => (value < 0 ? `(${format(value)})` : format(value));

/**
 * The colors that cells with text can have besides those of their kinds: each function gives all
 * of a scale. They stand here together, because ink must be read on every one of them.
 */
const fills = {
  /**
   * Zero is the paper, positive runs to red and negative to blue, as in the book's pictures.
   * @param {number} value @param {number} limit
   */
  signed(value, limit) {
    const share = Math.round(100 * Math.min(1, Math.abs(value) / (limit || 1)));
    const end = value < 0 ? "var(--cnn-negative-soft)" : "var(--cnn-positive-soft)";
    return `color-mix(in srgb, ${end} ${share}%, var(--cnn-zero))`;
  },

  /** More of the output's color for more, from 0 to 1. @param {number} share */
  amount: (share) => `color-mix(in srgb, var(--cnn-output-strong) ${Math.round(100 * share)}%, ` +
    "var(--cnn-paper))",

  /** One color for each of a few things. @param {number} index */
  hue: (index) => `color-mix(in srgb, ${HUES[index]} 40%, var(--cnn-paper))`,
};

const HUES = ["#2f6690", "#b5432a", "#0b7a75", "#8a5a00"];

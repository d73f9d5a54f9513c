// How large cells and letters are: as large as the figure's width and its share of the screen's
// height allow, and letters never smaller than can be read.

/**
 * The smallest letters, in pixels, and the part of their width to which they may be narrowed.
 * Numbers that have no room in their cells even so are left out.
 */
const SMALLEST = 11, NARROWEST = 0.6;
/** The height of a title with what is below it, and between two lines, in letters' heights. */
const TITLE = 1.45, BETWEEN = 1;

/** Widths of texts in em, by font. @type {Map<string, Map<string, number>>} */
const widths = new Map();

/**
 * The width of a text in em.
 * @param {string} text @param {string} font its weight and family
 */
function textWidth(text, font) {
  const known = widths.get(font) ?? new Map();
  widths.set(font, known);
  let width = known.get(text);
  if (width === undefined) {
    const [weight, ...family] = font.split(" ");
    const context = context2d(element("canvas"));
    context.font = `${weight} 100px ${family.join(" ")}`;
    known.set(text, (width = context.measureText(text).width / 100));
  }
  return width;
}

/**
 * How wide the title over something `width` pixels wide may be: one line, but where the figure is
 * narrow it breaks.
 * @param {Frame<any>} frame @param {number} width
 */
const titleRoom = ({ letter, narrow, width: whole }, width) =>
  narrow ? Math.min(whole, Math.max(width, 7.5 * letter)) : whole;

/**
 * The width and the height, in pixels, of a title.
 * @param {Frame<any>} frame @param {HTMLElement} title @param {number} room
 */
function titleBox({ letter, family }, title, room) {
  const text = title.textContent ?? "", width = 0.96 * letter * textWidth(text, `normal ${family}`);
  return { width: Math.min(room, width),
    height: text && letter * (0.3 + TITLE * Math.ceil(width / room)) };
}

/**
 * The sizes of all that stands in a line, and the height and width that it takes, in pixels.
 * @param {Line} line @param {number} ratio of the largest sizes @param {Frame<any>} frame
 */
function layOut({ columns, whole, gap: between }, ratio, frame) {
  const { width, letter } = frame, gap = between ?? frame.gap;
  let high = 0, across = 0, total = 0;
  const room = whole ? (width - gap * (columns.length - 1)) / columns.length : width;
  const sizes = columns.map((column) => column.map((one) =>
    Math.min(ratio * one.most(), one.widest(room))));
  columns.forEach((column, index) => {
    const boxes = column.map((one, at) => one.box(sizes[index][at]));
    const titles = column.map((one, at) =>
      titleBox(frame, one.title, Math.min(room, titleRoom(frame, boxes[at].width))));
    const wide = Math.max(...[...boxes, ...titles].map((box) => box.width));
    const height = [...boxes, ...titles].reduce((sum, box) => sum + Number(box.height), 0);
    if (across && !whole && across + gap + wide > width) {
      total += high + BETWEEN * letter;
      high = across = 0;
    }
    across += (across && gap) + wide;
    high = Math.max(high, height + (column.length - 1) * BETWEEN * letter / 2);
  });
  return { height: total + high, sizes, across };
}

/**
 * Gives all that can be larger and smaller the largest size with which the lines fit into the
 * width of the figure and into a height. On a narrow screen nothing becomes too small to be read.
 * @param {Line[]} lines @param {Frame<any>} frame @param {number} height
 */
function fitLines(lines, frame, height) {
  const shown = lines.map(({ columns, ...how }) => ({ ...how, columns: columns
    .map((column) => column.filter((one) => !one.element.closest("[hidden]")))
    .filter((column) => column.length) })).filter(({ columns }) => columns.length);
  let ratio = 1;
  const measured = () => shown.map((line) => layOut(line, ratio, frame));
  let found = measured();
  const tooHigh = () => height < found.reduce(
    (sum, line) => sum + line.height + BETWEEN * frame.letter, -BETWEEN * frame.letter);
  while (ratio > (frame.narrow ? 0.4 : 0.05) && tooHigh()) {
    ratio *= 0.97;
    found = measured();
  }
  shown.forEach(({ columns }, index) => columns.forEach((column, at) =>
    column.forEach((one, place) => one.resize(found[index].sizes[at][place]))));
}

/**
 * Text in a picture, narrowed where it is wider than `room` units; letters are `size` units high.
 * @param {Frame<any>} frame @param {SVGTextElement} text @param {number} room @param {number} size
 */
function narrowed(frame, text, room, size) {
  if (textWidth(text.textContent ?? "", `normal ${frame.family}`) * size > room)
    fill(text, { textLength: room, lengthAdjust: "spacingAndGlyphs" });
  return text;
}

// Ten digits for those who do not draw, as LeNetLive takes them: on a paper of 100 × 100.

/**
 * Thirteen points of an ellipse around (x, y), between two angles in degrees.
 * @param {number} x @param {number} y @param {number} rx @param {number} ry
 * @param {number} from @param {number} to
 */
const arc = (x, y, rx, ry, from, to) => Array.from({ length: 13 }, (_, i) => {
  const angle = ((from + ((to - from) * i) / 12) * Math.PI) / 180;
  return [Math.round(x + rx * Math.cos(angle)), Math.round(y + ry * Math.sin(angle))];
}).flat();

/** The strokes of each digit. */
const DIGITS = [
  [arc(50, 50, 21, 34, -90, 270)],
  [[36, 30, 52, 16, 52, 84]],
  [[...arc(50, 35, 20, 19, -170, 30), 30, 84, 72, 84]],
  [[...arc(48, 33, 18, 17, -150, 90), ...arc(48, 67, 21, 18, -90, 150)]],
  [[56, 16, 28, 58, 74, 58], [62, 38, 58, 86]],
  [[70, 16, 38, 16, 34, 46, ...arc(48, 64, 21, 20, -120, 140)]],
  [[62, 16, 44, 32, 33, 54, ...arc(50, 66, 17, 18, -180, 180)]],
  [[30, 18, 70, 18, 46, 86], [36, 50, 66, 50]],
  [[...arc(50, 33, 16, 16, 90, 450), ...arc(50, 67, 19, 18, -90, 270)]],
  [[...arc(50, 36, 18, 18, 0, -360), 66, 60, 56, 86]],
];

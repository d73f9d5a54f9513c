// What a figure's state may be, and the one function that makes any values such a state.
//
// `descriptions` says of each trait of each figure what it takes. It comes from Python, where it is
// written (cnncourse/figures/traits.py says what its words mean); nothing here knows a limit.

/** @type {{ [figure: string]: Description }} */
const descriptions = Object.create(null);

/** @type {{ [operation: string]: (...values: any[]) => any }} */
const operations = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "//": (a, b) => Math.floor(a / b),
  "**": (a, b) => a ** b,
  min: (a, b) => Math.min(a, b),
  "[]": (table, key) => table[key],
  if: (test, yes, no) => (test ? yes : no),
};

/**
 * The value of a rule for a state; `evaluate` in traits.py is its twin.
 * @param {Rule} rule @param {Values} state @returns {any}
 */
function evaluate(rule, state) {
  if (typeof rule === "string") return state[rule];
  if (!Array.isArray(rule)) return rule;
  const [operation, ...parts] = rule;
  return operations[operation](...parts.map((part) => evaluate(part, state)));
}

/** @type {(value: number, least: number, most: number) => number} */
const within = (value, least, most) => Math.max(least, Math.min(most, value));

/** @type {(one: unknown, other: unknown) => boolean} */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/**
 * The value nearest to `value` that a trait takes by itself; undefined where its type is wrong.
 * @param {TraitDescription} trait @param {any} value @returns {any}
 */
function nearest(trait, value) {
  if ("enum" in trait) return trait.enum.includes(value) ? value : undefined;
  if (trait.type === "boolean") return typeof value === "boolean" ? value : undefined;
  if (trait.type === "array") return nearestList(trait, value);
  if (typeof value !== "number" || Number.isNaN(value)) return undefined;
  const whole = trait.type === "integer" ? Math.round(value) : value;
  // Without a maximum `below` sets one. The 0 that is added makes 0 of -0.
  return within(whole, trait.minimum, trait.maximum ?? Number.MAX_SAFE_INTEGER) + 0;
}

/**
 * Elements of a wrong type are left out, and what is too long is cut off.
 * @param {ListDescription} trait @param {unknown} value @returns {any[] | undefined}
 */
function nearestList(trait, value) {
  if (!Array.isArray(value)) return undefined;
  const elements = value.slice(0, trait.maxItems)
    .map((element) => nearest(trait.items, element))
    .filter((element) => element !== undefined);
  const length = elements.length - (elements.length % (trait.multiple ?? 1));
  return length < trait.minItems ? undefined : elements.slice(0, length);
}

/**
 * The last of what a trait numbers, for a list those of its elements.
 * @param {Rule | Rule[]} below @param {Values} state @param {boolean} list @returns {any}
 */
function last(below, state, list) {
  if (!list) return evaluate(/** @type {Rule} */ (below), state) - 1;
  return /** @type {Rule[]} */ (below).map((rule) => evaluate(rule, state) - 1);
}

/**
 * The state nearest to `values`: each trait within what it takes, and all of them together. What
 * has a wrong type or is missing comes from `fallback`, else it is the trait's default.
 * @param {string} figure @param {Values} values @param {Values} fallback @returns {Values}
 */
function repair(figure, values, fallback = {}) {
  const traits = Object.entries(descriptions[figure]);
  /** @type {Values} */
  const state = {};
  for (const [name, trait] of traits)
    state[name] = nearest(trait, values[name]) ?? nearest(trait, fallback[name]) ?? trait.default;
  lower(traits, state);
  for (const [name, { below }] of traits) {
    if (below === undefined) continue;
    const value = state[name], list = Array.isArray(value), end = last(below, state, list);
    state[name] = list
      ? value.map((element, index) => Math.min(element, end[index])) : Math.min(value, end);
  }
  return state;
}

/**
 * Lowers what is more than goes with the others, until nothing is: one may rest on another.
 * @param {[string, TraitDescription][]} traits @param {Values} state
 */
function lower(traits, state) {
  for (let changed = true; changed;) {
    changed = false;
    for (const [name, { most }] of traits) {
      const end = most === undefined ? Infinity : evaluate(most, state);
      changed ||= state[name] > end;
      if (state[name] > end) state[name] = end;
    }
  }
}

/**
 * The least and the most that a number can be while the other traits stay as they are.
 * @param {string} figure @param {string} name @param {Values} state @returns {[number, number]}
 */
function limits(figure, name, state) {
  const traits = descriptions[figure], trait = traits[name];
  if (!("minimum" in trait)) throw new TypeError(`${figure}.${name} is no number`);
  const { minimum: least, maximum = Infinity, below } = trait;
  const most = below === undefined ? maximum : Math.min(maximum, last(below, state, false));
  const rules = Object.entries(traits).filter(([, other]) => other.most !== undefined);
  if (trait.type === "number" || !rules.length) return [least, most];
  const fits = [];
  for (let value = least; value <= most; value++) {
    const then = { ...state, [name]: value };
    if (rules.every(([other, rule]) => then[other] <= evaluate(rule.most ?? 0, then)))
      fits.push(value);
  }
  return [fits[0], fits[fits.length - 1]];
}

/**
 * The few values that a trait takes, its default first where they are true and false.
 * @param {string} figure @param {string} name @param {Values} state @returns {any[]}
 */
function choices(figure, name, state) {
  const trait = descriptions[figure][name];
  if ("enum" in trait) return trait.enum;
  if (trait.type === "boolean") return [trait.default, !trait.default];
  const [least, most] = limits(figure, name, state);
  return Array.from({ length: most - least + 1 }, (_, index) => least + index);
}

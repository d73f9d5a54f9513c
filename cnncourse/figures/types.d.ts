// Types that the figures' scripts share, for `make types-js`; nothing of this is shipped.
// What the state of each figure holds (`States`) is generated from its traits.

/** A number, the name of a trait, a table, or an operation on others (cnncourse/figures/traits.py). */
type Rule = number | string | { [key: string]: number } | [string, ...Rule[]];

interface Joined {
  default: any;
  most?: Rule;
  below?: Rule | Rule[];
}

interface NumberDescription extends Joined {
  type: "integer" | "number";
  minimum: number;
  maximum?: number;
  step?: number;
}

interface FlagDescription extends Joined {
  type: "boolean";
}

interface ChoiceDescription extends Joined {
  enum: (string | number)[];
}

interface ListDescription extends Joined {
  type: "array";
  items: TraitDescription;
  minItems: number;
  maxItems: number;
  multiple?: number;
}

type TraitDescription =
  | NumberDescription
  | FlagDescription
  | ChoiceDescription
  | ListDescription;
type Description = { [trait: string]: TraitDescription };

/** Values of traits, from anywhere. */
type Values = { [trait: string]: any };

type FigureName = keyof States;

/** What holds a figure's state: a widget's model in Jupyter, PageModel on a page. */
interface Model {
  get(name: string): any;
  set(name: string, value: unknown): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
  save_changes(): void;
  /** On a page: the state that the author gave, and the address of a state. */
  author?: Values;
  address?(state: Values): string;
}

/** What a figure's own script makes of its frame: it draws the frame's state. */
interface Drawing {
  draw(): void;
}

type Render = (place: { model: Model; el: HTMLElement }) => () => void;

/** Sizes row by row: images are (C, H, W). */
interface Tensor {
  shape: number[];
  data: Float64Array;
}

/** One number for height and width, or two. */
type Pair = number | [number, number];

interface Settings {
  padding?: Pair;
  stride?: Pair;
  dilation?: Pair;
}

/** Where the pointer or the cursor is: a cell of one of the figure's grids. */
interface Looked {
  grid: string;
  row: number;
  column: number;
}

/** What can be drawn larger and smaller: a size is the side of a cell or a pixel. */
interface Sized {
  element: Element;
  title: HTMLElement;
  /** The largest size that it may have now. */
  most(): number;
  /** The largest size with which it is at most so wide. */
  widest(width: number): number;
  box(size: number): { width: number; height: number };
  resize(size: number): void;
}

/**
 * What stands side by side, in columns, `gap` pixels apart; it breaks where the figure is narrow, or
 * is kept whole.
 */
type Line = { columns: Sized[][]; whole?: boolean; gap?: number };

type Look = (row: number | null, column?: number) => void;

/** What a cell of a grid shows; kinds are class names. */
interface Cell {
  text?: string;
  kind?: string;
  fill?: string;
}

/** A frame over cells: row, column, rows, columns, class name. */
type Outline = [number, number, number, number, string];

type Attributes = {
  [name: string]: string | number | boolean | null | undefined | ((event: any) => unknown);
};

type Stage = "dense" | "local" | "shared";

/** Maps of one size on their way through a network: what a unit sees, and how far apart units are. */
interface Maps {
  id: number;
  channels: number;
  side: number;
  field: number;
  jump: number;
}

/** A block of a network: what comes out of it, and what it adds to each price. */
interface NetworkRow {
  kind: string;
  channels: number;
  side: number;
  field: number;
  parameters: number;
  products: number;
  memory: number;
}

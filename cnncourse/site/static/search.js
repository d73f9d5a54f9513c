// The search: sections with excerpts, found in the reader's browser, from a folder too.
//
// Engine and index are scripts that are loaded when somebody begins to search. What counts as a word is
// decided here, for the texts and for what is typed alike: 3 × 3, 3x3 and 3 x 3 are one word.
"use strict";

{
  const MOST = 20; // hits shown
  const WIDTH = 170; // letters of an excerpt
  // Words that say nothing of what is looked for, and what of a word is the same in singular and plural.
  const OFTEN = {
    en: "a an and are as at be by can do does for from has have how in is it its of on or that the this to was what when where which who why with",
    it: "a ad ai al alla alle che chi ci col come con cosa da dai dal dalla dei del della delle di dove e ed è fra gli ha i il in io l la le lo ma mi nei nel nella non o per perché quale quali quando quanto quanti se si su sul sulla tra un una uno",
  };
  const STEM = { it: (word) => (/^\p{L}{4,}$/u.test(word) ? word.replace(/h?[aeio]$/, "") : word) };
  const language = document.documentElement.lang.slice(0, 2);
  const often = new Set((OFTEN[language] ?? OFTEN.en).normalize("NFKD").replace(/\p{M}/gu, "").split(" "));
  const stem = STEM[language] ?? ((word) => word);

  // Words

  const SIZE = "(?:\\d+(?:\\s*[x×]\\s*\\d+)+|[\\p{L}\\p{N}](?:\\s*×\\s*[\\p{L}\\p{N}])+(?![\\p{L}\\p{N}]))";
  const NUMBER = "\\d{1,3}(?:,\\d{3})+(?!\\d)|\\d+\\.\\d+";
  const WORD = "[\\p{L}\\p{N}_]+";
  const TOKEN = new RegExp(`(?<![\\p{L}\\p{N}_])${SIZE}(?![\\p{L}_])|${NUMBER}|${WORD}|[×∑√∂∇≈≤≥±∞]`, "gu");

  const IS_SIZE = new RegExp(`^${SIZE}$`, "u");

  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const singular = (word) => (/^\p{L}{3,}s$/u.test(word) && !/(ss|us|is|as)$/.test(word) ? word.slice(0, -1) : word);

  /** The words of a text: what each is found by, and where it stands. */
  function words(text) {
    return [...text.matchAll(TOKEN)].map((match) => {
      const bare = plain(match[0]);
      const size = IS_SIZE.test(match[0]);
      const word = size ? bare.replace(/\s/g, "").replaceAll("×", "x") : /^[\d,]+$/.test(bare) ? bare.replaceAll(",", "") : singular(bare);
      return { word, names: [word, ...parts(word, size)], start: match.index, end: match.index + match[0].length };
    });
  }

  /** What a word is found by besides itself: max_pool2d by pool2d, 3 × 3 by × or x. */
  function parts(word, size) {
    if (size) return ["×", "x"];
    const found = word.split("_").filter(Boolean);
    return found.length > 1 ? found : [];
  }

  /** What was typed: the words, and the phrases in quotation marks, which are lists of words. */
  function asked(query) {
    const phrases = [];
    const pattern = /["“”„«»]([^"“”„«»]*)(?:["“”„«»]|$)/g;
    for (const match of query.matchAll(pattern)) phrases.push(words(match[1]).map(({ word }) => word));
    const all = words(query.replace(pattern, " ")).map(({ word }) => word);
    const telling = all.filter((word) => !often.has(word)).map(stem);
    const rest = all.map(stem);
    return { phrases: phrases.filter((phrase) => phrase.length), rest: telling.length || phrases.length ? telling : rest };
  }

  /** Where a phrase stands in a text: the indices of its first and last letter, or null. */
  function place(phrase, text) {
    const found = words(text);
    for (let at = 0; at + phrase.length <= found.length; at++) {
      if (phrase.every((word, n) => found[at + n].word === word)) return [found[at].start, found[at + phrase.length - 1].end];
    }
    return null;
  }

  // The index

  class Index {
    constructor({ last, reference, pages }) {
      this.last = last;
      this.reference = reference;
      this.entries = pages.flatMap(([page, pageTitle, entries]) =>
        entries.map(([anchor, title, text, code]) => ({ page, pageTitle, anchor, title, text, code })),
      );
      this.entries.forEach((entry, id) => (entry.id = id));
      this.known = new Set();
      this.engine = new MiniSearch({
        fields: ["title", "text", "code"],
        tokenize: (text) => words(text).flatMap(({ names }) => names),
        processTerm: (term) => {
          this.known.add(term);
          return term;
        },
        searchOptions: { processTerm: (term) => term, tokenize: (text) => text.split(" "), boost: { title: 5, text: 1.5, code: 0.5 } },
      });
      this.engine.addAll(this.entries);
      this.sorted = [...this.known].sort();
    }

    /** Does some word begin like this? */
    begins(start) {
      let low = 0;
      let high = this.sorted.length;
      while (low < high) {
        const middle = (low + high) >> 1;
        if (this.sorted[middle] < start) low = middle + 1;
        else high = middle;
      }
      return low < this.sorted.length && this.sorted[low].startsWith(start);
    }

    /** The hits for what was typed, the best first, and the words that were guessed. */
    find(query) {
      const { phrases, rest } = asked(query);
      const quoted = new Set(phrases.flat());
      const terms = [...rest.map((term) => this.unswapped(term)), ...quoted];
      if (!terms.length) return { hits: {}, guessed: [] };
      const typo = (term) => !quoted.has(term) && this.unknown(term);
      const search = (combineWith, reach) =>
        this.engine.search(terms.join(" "), {
          combineWith,
          boostDocument: (id, term) => this.weight(this.entries[id], term),
          prefix: (term) => !quoted.has(term) && (term.length > 2 || (term.length === 2 && term === rest.at(-1))),
          fuzzy: (term) => (typo(term) ? Math.min(reach, term.length > 4 ? 2 : 1) : false),
          filter: ({ id }) => phrases.every((phrase) => this.has(this.entries[id], phrase)),
        });
      // All words, one letter of each wrong, then two; and if there is no such section, some words.
      const tries = [["AND", 1], ["AND", 2], ...(phrases.length ? [] : [["OR", 1]])];
      let found = [];
      for (const [combineWith, reach] of tries) if (!found.length) found = search(combineWith, reach);
      const hits = found.map((hit) => ({ entry: this.entries[hit.id], terms: hit.terms, phrases }));
      const near = found.slice(0, 5).flatMap((hit) => hit.queryTerms.filter(typo).flatMap((term) => this.meant(hit, term)));
      const swapped = terms.filter((term) => !quoted.has(term) && !rest.includes(term));
      return { hits: this.once(hits), guessed: found.length ? [...new Set([...swapped, ...near])] : [] };
    }

    /** Is it a word that no text has, and none begins with? */
    unknown(term) {
      return term.length > 3 && !/\d/.test(term) && !this.begins(term);
    }

    /** The word that was meant, where two letters were swapped: the slip of fast fingers. */
    unswapped(term) {
      if (!this.unknown(term)) return term;
      const swaps = [...term].slice(1).map((letter, n) => term.slice(0, n) + letter + term[n] + term.slice(n + 2));
      return swaps.find((word) => this.known.has(word)) ?? term;
    }

    /** Who wants a function says its name; for other words, chapters come first. */
    weight({ page, title }, term) {
      return page === this.reference && plain(title) !== term ? 0.5 : 1;
    }

    meant(hit, term) {
      return hit.terms.filter((word) => Math.abs(word.length - term.length) < 3 && word[0] === term[0]);
    }

    has(entry, phrase) {
      return [entry.title, entry.text, entry.code].some((text) => place(phrase, text));
    }

    /** The page that explains words says it once, and after the chapters. */
    once(hits) {
      const others = hits.filter(({ entry }) => entry.page !== this.last);
      const explained = hits.find(({ entry }) => entry.page === this.last);
      return { shown: [...others.slice(0, MOST), ...(explained ? [explained] : [])], all: others.length + Boolean(explained) };
    }
  }

  // Excerpts

  /** The places of a text that a hit was found by: [[start, end], …]. */
  function places(text, { terms, phrases }) {
    const wanted = new Set(terms);
    const quoted = new Set(phrases.flat());
    const single = words(text)
      .filter(({ word, names }) => !quoted.has(word) && names.some((name) => wanted.has(name)))
      .map(({ start, end }) => [start, end]);
    const whole = phrases.map((phrase) => place(phrase, text)).filter(Boolean);
    return [...whole, ...single].sort(([a], [b]) => a - b);
  }

  /** The part of a text with most of them, from word to word. */
  function excerpt(text, found) {
    // Different words count, the same one again hardly.
    const count = (from) => {
      const inside = found.filter(([start, end]) => start >= from && end <= from + WIDTH);
      return new Set(inside.map(([start, end]) => plain(text.slice(start, end)))).size + inside.length / 100;
    };
    const best = found.reduce((most, [start]) => (count(start) > count(most) ? start : most), found[0]?.[0] ?? 0);
    let from = Math.max(0, Math.min(best - 50, text.length - WIDTH));
    if (from > 0) from = text.indexOf(" ", from - 1) + 1 || from;
    if (from > best) from = best;
    let to = Math.min(text.length, from + WIDTH);
    if (to < text.length) to = Math.max(text.lastIndexOf(" ", to), best + 1);
    return [from, to];
  }

  function marked(text, found, [from, to] = [0, text.length]) {
    const parts = [from > 0 ? "… " : ""];
    let at = from;
    for (const [start, end] of found) {
      if (start < at || end > to) continue;
      const mark = document.createElement("mark");
      mark.textContent = text.slice(start, end);
      parts.push(text.slice(at, start), mark);
      at = end;
    }
    parts.push(text.slice(at, to), to < text.length ? " …" : "");
    return parts;
  }

  // What is shown

  let loading;
  let receive;
  globalThis.cnncourse ??= {};
  globalThis.cnncourse.search = (data) => receive(new Index(data));

  function load(box) {
    const script = (source) =>
      new Promise((done, failed) => {
        document.head.append(Object.assign(document.createElement("script"), { src: source, onload: done, onerror: failed }));
      });
    loading ??= new Promise((done, failed) => {
      receive = done;
      script(box.dataset.engine)
        .then(() => script(box.dataset.index))
        .catch(() => {
          loading = undefined; // to be tried again
          failed(new Error("no index"));
        });
    });
    return loading;
  }

  class Box {
    constructor(box) {
      this.box = box;
      this.texts = JSON.parse(box.dataset.texts);
      this.form = box.querySelector("form");
      this.input = box.querySelector("input");
      this.said = box.querySelector(".search-said");
      this.list = box.querySelector(".search-hits");
      this.dialog = box.closest("dialog");
      this.input.addEventListener("focus", () => load(box).catch(() => {}), { once: true });
      this.input.addEventListener("input", () => this.search());
      this.form.addEventListener("submit", (event) => this.submit(event));
      box.addEventListener("keydown", (event) => this.move(event));
      this.dialog?.querySelector(".search-close").addEventListener("click", () => this.dialog.close());
      this.list.addEventListener("click", (event) => event.target.closest("a") && this.dialog?.close());
    }

    async search() {
      const query = this.input.value.trim();
      if (!query) return this.show({ shown: [], all: 0 }, "");
      try {
        const index = await load(this.box);
        if (query !== this.input.value.trim()) return; // more was typed meanwhile
        const { hits, guessed } = index.find(query);
        this.show(hits, this.words(hits, guessed, query));
      } catch {
        this.said.textContent = this.texts.failed;
      }
    }

    words({ shown = [], all = 0 }, guessed, query) {
      if (!shown.length) return this.texts.none.replace("{query}", query.replace(/^["“”„«»]+|["“”„«»]+$/g, ""));
      const count = all === 1 ? this.texts.one : all > shown.length ? this.texts.best.replace("{shown}", shown.length) : this.texts.some;
      const instead = guessed.length ? `. ${this.texts.instead.replace("{words}", guessed.slice(0, 3).join(", "))}` : "";
      return count.replace("{all}", all) + instead;
    }

    show({ shown = [] }, said) {
      this.said.textContent = said;
      this.list.replaceChildren(...shown.map((hit) => this.hit(hit)));
    }

    hit(hit) {
      const { entry } = hit;
      const link = document.createElement("a");
      const here = `${this.box.dataset.root}${entry.page}.html`;
      link.href = entry.anchor ? `${here}#${entry.anchor}` : here;
      const title = document.createElement("span");
      title.className = "search-title";
      title.append(...marked(entry.title, places(entry.title, hit)));
      const line = document.createElement("span");
      line.className = "search-page";
      line.textContent = entry.title === entry.pageTitle ? "" : entry.pageTitle;
      const text = [entry.text, entry.code].find((part) => places(part, hit).length) ?? entry.text;
      const found = places(text, hit);
      const shown = document.createElement(text === entry.code && text ? "code" : "span");
      shown.className = "search-excerpt";
      shown.append(...marked(text, found, excerpt(text, found)));
      link.append(title, " ", line, " ", shown);
      const item = document.createElement("li");
      item.append(link);
      return item;
    }

    get links() {
      return [...this.list.querySelectorAll("a")];
    }

    move(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const stops = [this.input, ...this.links];
      const next = stops[stops.indexOf(document.activeElement) + step];
      if (next) {
        event.preventDefault();
        next.focus();
      }
    }

    async submit(event) {
      event.preventDefault();
      await this.search();
      const [first] = this.links;
      if (this.dialog) first?.click();
      else first?.focus();
    }
  }

  for (const box of document.querySelectorAll(".search-box")) {
    const made = new Box(box);
    if (made.dialog) continue;
    // The search page: an address may ask, and what is asked becomes the address.
    made.input.value = new URLSearchParams(location.search).get("q") ?? "";
    made.input.focus();
    made.search();
    made.input.addEventListener("input", () => {
      const query = made.input.value.trim();
      history.replaceState(null, "", query ? `?q=${encodeURIComponent(query)}` : location.pathname);
    });
  }
}

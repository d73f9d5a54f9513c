"""What a reader sees of a figure in each of its states, and what is wrong with it."""

from browsing import CONTRAST

# Goes through states and tells what is wrong in each.
THROUGH = (
    """async ([name, queries, most, smallest, least]) => {"""
    + CONTRAST
    + """
    const figure = document.getElementById(name), wrong = [];
    const style = (node) => getComputedStyle(node);
    const seen = (node) => node.getClientRects().length && style(node).visibility !== "hidden";
    const theme = document.documentElement.dataset.theme;
    const look = (query) => {
        const tell = (what) => wrong.push(`${query}: ${what}`);
        const frame = figure.querySelector(".cnn-frame"), box = frame.getBoundingClientRect();
        if (most && box.height > most) tell(`${Math.round(box.height)} px high`);
        if (frame.scrollWidth > frame.clientWidth + 1) tell("wider than its frame");
        for (const picture of figure.querySelectorAll("svg.cnn-wide, .cnn-panel svg")) {
            if (!seen(picture)) continue;
            const scale = picture.getScreenCTM().a, texts = picture.querySelectorAll("text, tspan");
            for (const text of texts) {
                if (!text.textContent || !seen(text)) continue;
                const size = parseFloat(style(text).fontSize) * scale;
                if (size < smallest - 0.05) tell(`${text.textContent} is ${size} px high`);
            }
        }
        for (const picture of figure.querySelectorAll("svg.cnn-wide")) {
            const around = picture.getBoundingClientRect();
            const boxes = [...picture.querySelectorAll("text")].filter((text) => seen(text)
                && text.textContent).map((text) => [text, text.getBoundingClientRect()]);
            boxes.forEach(([text, box], index) => {
                if (box.left < around.left - 1 || box.right > around.right + 1)
                    tell(`${text.textContent} leaves the picture`);
                for (const [other, { left, right, top, bottom }] of boxes.slice(index + 1))
                    if (Math.min(right, box.right) - Math.max(left, box.left) > 1
                        && Math.min(bottom, box.bottom) - Math.max(top, box.top) > 5)
                        tell(`${text.textContent} lies on ${other.textContent}`);
            });
        }
        const longest = [...figure.querySelectorAll(".cnn-cell")].filter((cell) => seen(cell)
            && cell.lastChild.textContent).sort((one, other) =>
            other.textContent.length - one.textContent.length).slice(0, 40);
        for (const cell of longest) {
            const text = cell.querySelector("text"), rect = cell.querySelector("rect");
            if (!seen(text)) continue;
            const [inner, outer] = [text, rect].map((node) => node.getBoundingClientRect());
            if (inner.width > outer.width + 0.5)
                tell(`${text.textContent} is ${inner.width} px wide, its cell ${outer.width}`);
        }
        for (const node of figure.querySelectorAll(".cnn-frame *:not(svg *):not(option)")) {
            const words = [...node.childNodes].some((child) => child.nodeType === 3
                && child.textContent.trim());
            if (words && seen(node) && parseFloat(style(node).fontSize) < smallest)
                tell(`${node.textContent} has ${style(node).fontSize}`);
        }
    };
    const kinds = new Map();
    // Cells that differ in what colors them from all that were looked at.
    const others = (mode) => [...figure.querySelectorAll(".cnn-cell")].map((cell) => [
        `${mode} ${cell.getAttribute("class")} ${cell.querySelector("rect").style.fill}`, cell,
    ]).filter(([kind, cell]) => !kinds.has(kind) && cell.querySelector("text").textContent && seen(cell));
    const colors = (mode) => {
        const cells = others(mode);
        if (!cells.length) return;  // to turn a page dark takes time
        document.documentElement.dataset.theme = mode;
        for (const [kind, cell] of cells) {
            if (kinds.has(kind)) continue;
            const [rect, text] = ["rect", "text"].map((part) => cell.querySelector(part));
            kinds.set(kind, contrast(style(rect).fill, style(text).fill));
        }
    };
    for (const query of queries) {
        location.hash = `${name}?${query}`;
        await new Promise((done) => setTimeout(done));
        await new Promise(requestAnimationFrame);
        look(query);
        if (least) ["light", "dark"].forEach(colors);
        if (document.documentElement.dataset.theme !== theme)
            document.documentElement.dataset.theme = theme;
    }
    for (const [kind, ratio] of kinds) if (ratio < least) wrong.push(`${kind}: ${ratio}`);
    return wrong;
}"""
)

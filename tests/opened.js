// What tests/opened.py asks of a page that is open. Each gives faults as lines; none where all is well.
const asked = (() => {
    const near = 1;
    const words = (node) => node.textContent.replace(/\s+/g, " ").trim().slice(0, 40);
    const clipped = (el) => el.closest && getComputedStyle(el).clipPath.startsWith("inset");
    const hidden = (el) => {
        for (let at = el; at; at = at.parentElement) {
            const style = getComputedStyle(at);
            if (style.display === "none" || style.visibility === "hidden" || clipped(at)) return true;
        }
        return false;
    };
    // A picture may draw a text twice: below, wider and in the colour of the paper.
    const halo = (el) => drawn(el) && getComputedStyle(el).stroke === getComputedStyle(el).fill;
    const drawn = (el) => el.closest("svg");

    // Every piece of text that is seen: its element, and the boxes of its lines.
    const texts = () => {
        const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        const found = [];
        while (walker.nextNode()) {
            const node = walker.currentNode, el = node.parentElement;
            if (!node.textContent.trim() || /^(script|style|title|desc)$/i.test(el.tagName)) continue;
            if (hidden(el) || halo(el)) continue;
            const range = document.createRange();
            range.selectNodeContents(node);
            const boxes = drawn(el) ? [el.getBoundingClientRect()] : [...range.getClientRects()];
            found.push({ el, text: words(node), boxes: boxes.filter((b) => b.width > 0) });
        }
        return found;
    };

    const overflow = () => {
        const wide = document.documentElement.clientWidth, found = [];
        if (document.documentElement.scrollWidth > wide)
            found.push(`the page is ${document.documentElement.scrollWidth} wide, the window ${wide}`);
        for (const { el, text, boxes } of texts()) {
            if (el.closest(".wide")) continue;
            if (boxes.some((b) => b.left < -near || b.right > wide + near)) found.push(`out of sight: ${text}`);
        }
        return found;
    };

    const cut = () => {
        const found = [];
        for (const el of document.body.querySelectorAll("*")) {
            if (drawn(el) || hidden(el) || el.matches(".wide")) continue;
            // A box of text whose text is wider or higher than it: cut off, or over what is beside it.
            const own = [...el.childNodes].some((each) => each.nodeType === 3 && each.textContent.trim());
            if (!own || getComputedStyle(el).display === "inline") continue;
            if (el.scrollWidth > el.clientWidth + near || el.scrollHeight > el.clientHeight + 3)
                found.push(`cut: ${words(el)}`);
        }
        for (const svg of document.querySelectorAll("svg")) {
            const all = svg.getBoundingClientRect();
            for (const el of svg.querySelectorAll("text")) {
                const box = el.getBoundingClientRect();
                if (box.left < all.left - near || box.right > all.right + near ||
                    box.top < all.top - near || box.bottom > all.bottom + near)
                    found.push(`outside its picture: ${words(el)}`);
            }
        }
        return found;
    };

    const overlaps = () => {
        const all = texts().flatMap(({ el, text, boxes }) => boxes.map((box) => ({ el, text, box })));
        const found = [];
        for (let i = 0; i < all.length; i++)
            for (let j = i + 1; j < all.length; j++) {
                const a = all[i].box, b = all[j].box;
                if (all[i].el === all[j].el) continue;
                const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
                const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                if (across > 2 && down > 3) found.push(`"${all[i].text}" over "${all[j].text}"`);
            }
        return found;
    };

    const numbers = (colour) => {
        const found = colour.match(/[\d.]+/g).map(Number);
        return found.length === 3 ? [...found, 1] : found;
    };
    const over = (top, low) => {
        const [r, g, b, a] = top;
        return [r, g, b].map((each, at) => each * a + low[at] * (1 - a)).concat(1);
    };
    const luminance = (colour) => {
        const [r, g, b] = colour.slice(0, 3).map((each) => {
            const x = each / 255;
            return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4;
        });
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ratio = (one, two) => {
        const [low, high] = [luminance(one), luminance(two)].sort((x, y) => x - y);
        return (high + 0.05) / (low + 0.05);
    };
    const opacity = (el) => {
        let found = 1;
        for (let at = el; at; at = at.parentElement) found *= Number(getComputedStyle(at).opacity);
        return found;
    };
    const behind = (el) => {
        const layers = [];
        for (let at = el; at; at = at.parentElement) layers.unshift(getComputedStyle(at).backgroundColor);
        return layers.reduce((low, each) => over(numbers(each), low), [255, 255, 255, 1]);
    };
    // In a picture: everything that was drawn before the text and lies behind its middle.
    const painted = (el) => {
        const svg = drawn(el), box = el.getBoundingClientRect();
        const x = (box.left + box.right) / 2, y = (box.top + box.bottom) / 2;
        let found = behind(svg);
        for (const shape of svg.querySelectorAll("rect, path, circle")) {
            if (!(shape.compareDocumentPosition(el) & Node.DOCUMENT_POSITION_FOLLOWING)) continue;
            const style = getComputedStyle(shape), at = shape.getBoundingClientRect();
            if (style.fill === "none" || shape.closest("defs, clipPath")) continue;
            if (x < at.left || x > at.right || y < at.top || y > at.bottom) continue;
            if (style.fill.startsWith("url")) return null;
            const [r, g, b, a] = numbers(style.fill);
            found = over([r, g, b, a * Number(style.fillOpacity) * opacity(shape)], found);
        }
        return found;
    };
    const contrast = () => {
        const found = [];
        for (const { el, text } of texts()) {
            const style = getComputedStyle(el), low = drawn(el) ? painted(el) : behind(el);
            if (low === null) { found.push(`on stripes: ${text}`); continue; }
            const [r, g, b, a] = numbers(drawn(el) ? style.fill : style.color);
            const value = ratio(over([r, g, b, a * opacity(el)], low), low);
            if (value < 4.5) found.push(`${value.toFixed(2)}: ${text}`);
        }
        return found;
    };

    const reachable = () => [...document.querySelectorAll("a[href], button, input, select, textarea, [tabindex]")]
        .filter((el) => el.tabIndex >= 0 && !hidden(el));
    const reached = () => {
        const el = document.activeElement;
        return el === document.body || el === document.documentElement ? null : reachable().indexOf(el);
    };
    const stops = () => reachable().length;
    const unframed = () => reachable().filter((el) => {
        el.focus({ focusVisible: true });
        const style = getComputedStyle(el);
        return style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2;
    }).map((el) => `no frame: ${words(el)}`);

    // What follows in the document follows on the page: below, or in the same line to the right.
    const order = () => {
        const found = [];
        let last = null;
        for (const el of document.querySelectorAll("h1, h2, p, li, tr, figure")) {
            if (hidden(el)) continue;
            const box = el.getBoundingClientRect();
            if (last && box.top < last.top - near) found.push(`above what precedes it: ${words(el)}`);
            last = box;
        }
        return found;
    };

    const headings = () => {
        const found = [];
        let level = 0;
        for (const el of document.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
            const now = Number(el.tagName[1]);
            if (now > level + 1) found.push(`h${now} after h${level}: ${words(el)}`);
            if (!el.textContent.trim()) found.push("an empty heading");
            level = now;
        }
        if (!document.querySelector("h1")) found.push("no h1");
        return found;
    };

    const alternatives = () => {
        const found = [];
        for (const el of document.querySelectorAll("img"))
            if (!el.getAttribute("alt")) found.push("an image without words");
        for (const el of document.querySelectorAll("svg")) {
            const ids = (el.getAttribute("aria-labelledby") || "").split(" ");
            const said = ids.map((id) => document.getElementById(id)?.textContent.trim() || "");
            if (el.getAttribute("role") !== "img" || ids.length < 2 || said.some((each) => each.length < 5))
                found.push("a picture without words");
        }
        for (const el of document.querySelectorAll("[tabindex]"))
            if (!el.getAttribute("aria-label")) found.push("a place for the keyboard without a name");
        const ids = [...document.querySelectorAll("[id]")].map((el) => el.id);
        if (new Set(ids).size !== ids.length) found.push("an id twice");
        if (!document.documentElement.lang) found.push("no language");
        if (!document.title.trim()) found.push("no title");
        return found;
    };

    const sheet = 1009; // A4 without its margins, 267 mm, in pixels
    const pieces = () => {
        const whole = [...document.querySelectorAll("tr, figure")];
        const torn = whole.filter((el) => getComputedStyle(el).breakInside !== "avoid");
        const headed = (el) => { // with the heading above it, which must not stand alone
            const before = el.previousElementSibling, from = before && /^H\d$/.test(before.tagName) ? before : el;
            return el.getBoundingClientRect().bottom - from.getBoundingClientRect().top;
        };
        const high = whole.filter((el) => headed(el) > sheet);
        return [...torn.map((el) => `may be torn: ${words(el)}`), ...high.map((el) => `higher than a sheet: ${words(el)}`)];
    };

    return { overflow, cut, overlaps, contrast, reached, stops, unframed, order, headings, alternatives, pieces };
})();

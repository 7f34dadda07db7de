// A place to write Python in: a plain text area, with the same text in color behind it.
const PYTHON = [
  ["c1", /#.*/y],
  ["s", /[rbfRBF]{0,2}(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?)/y],
  ["mf", /(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:e[+-]?\d+)?j?/iy],
  ["kn", /(?:from|import)\b/y],
  ["ow", /(?:and|in|is|not|or)\b/y],
  ["kc", /(?:False|None|True)\b/y],
  ["k", /(?:as|assert|async|await|break|class|continue|def|del|elif|else|except|finally|for|global|if|lambda|nonlocal|pass|raise|return|try|while|with|yield)\b/y],
  ["nb", /(?:abs|enumerate|float|int|len|list|max|min|print|range|round|sorted|sum|zip)\b/y],
  ["n", /[\p{L}_][\p{L}\p{N}_]*/uy],
  ["o", /[-+*/%@&|^~<>=!:]+/y],
  ["", /\s+|[\s\S]/y],
];

// Split code into spans with the class names that Pygments gives, so that the theme's colors apply.
function colored(code) {
  const pieces = document.createDocumentFragment();
  for (let at = 0; at < code.length; ) {
    for (const [name, pattern] of PYTHON) {
      pattern.lastIndex = at;
      const found = pattern.exec(code)?.[0];
      if (!found) continue;
      pieces.append(name ? make("span", { class: name }, found) : found);
      at += found.length;
      break;
    }
  }
  return pieces;
}

const KEYS = "Ctrl+Enter runs. Tab indents; Escape, then Tab, leaves.";

class Editor {
  // label names it; run() is called by Ctrl+Enter, changed() when something was typed.  The element hint says how to use
  // it, and note what was wrong with the code.  Where short, Tab moves on as in any field unless there are several lines.
  constructor({ code, label, run, hint, note, short = false, changed = () => {} }) {
    Object.assign(this, { hint, note, short });
    this.area = make("textarea", {
      "aria-label": label, spellcheck: "false", autocapitalize: "off", autocomplete: "off", autocorrect: "off", wrap: "off",
    });
    this.numbers = make("div", { class: "numbers", "aria-hidden": "true" });
    this.colors = make("pre", { "aria-hidden": "true" });
    this.element = make("div", { class: "live-editor" }, this.numbers, make("div", { class: "text highlight" }, this.colors, this.area));
    this.leaving = false; // after Escape, Tab moves on
    this.area.addEventListener("input", () => { this.mark(null); this.draw(); changed(); });
    this.area.addEventListener("scroll", () => this.colors.scrollTo(this.area.scrollLeft, 0));
    this.area.addEventListener("blur", () => (this.leaving = false));
    this.area.addEventListener("keydown", (event) => this.key(event, run));
    this.code = code;
  }

  get code() { return this.area.value; }

  set code(text) {
    this.area.value = text;
    this.area.scrollLeft = 0;
    this.mark(null);
  }

  draw() {
    const lines = this.code.split("\n").length;
    this.area.rows = lines;
    this.colors.replaceChildren(colored(this.code), "\n");
    this.numbers.replaceChildren(...Array.from({ length: lines }, (_, i) => make("span", i + 1 === this.marked ? { class: "wrong" } : {}, String(i + 1))));
  }

  // Say that something is wrong with the code, and point at the line if it is known; null alone takes both away.
  mark(line, wrong = line !== null) {
    this.marked = line;
    if (line !== null) this.area.scrollLeft = 0; // where lines begin one sees which it is
    this.area.setAttribute("aria-invalid", String(wrong));
    this.area.setAttribute("aria-describedby", wrong ? `${this.note.id} ${this.hint.id}` : this.hint.id);
    this.draw();
  }

  key(event, run) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey || event.shiftKey)) { event.preventDefault(); run(); }
    else if (event.key === "Enter" && !event.isComposing) this.newLine(event);
    else if (event.key === "Escape") this.leaving = true;
    else if (event.key === "Tab" && !this.leaving && !event.ctrlKey && !event.altKey && this.indents(event)) this.indent(event);
    else if (event.key !== "Tab" && event.key !== "Shift") this.leaving = false;
  }

  // Type as a hand would, so that undo takes it back.
  type(text) {
    if (!(text ? document.execCommand("insertText", false, text) : document.execCommand("delete"))) {
      this.area.setRangeText(text, this.area.selectionStart, this.area.selectionEnd, "end");
      this.area.dispatchEvent(new Event("input"));
    }
  }

  newLine(event) {
    event.preventDefault();
    const line = this.code.slice(this.code.lastIndexOf("\n", this.area.selectionStart - 1) + 1, this.area.selectionStart);
    this.type("\n" + /^ */.exec(line)[0] + (/:\s*(#.*)?$/.test(line) ? "    " : ""));
  }

  // From where to where the lines of the selection are.
  lines() {
    const { selectionStart: from, selectionEnd: to } = this.area;
    const end = this.code.indexOf("\n", Math.max(from, to - 1));
    return [this.code.lastIndexOf("\n", from - 1) + 1, end < 0 ? this.code.length : end];
  }

  // Whether Tab has something to do here; else it moves on.
  indents({ shiftKey }) {
    return shiftKey ? /^ /m.test(this.code.slice(...this.lines())) : !this.short || this.code.includes("\n");
  }

  // Tab indents: at the caret, or all lines of the selection. Shift+Tab takes four spaces away.
  indent(event) {
    event.preventDefault();
    const { selectionStart: from, selectionEnd: to } = this.area, [start, stop] = this.lines();
    if (from === to && !event.shiftKey) return this.type(" ".repeat(4 - ((from - start) % 4)));
    const old = this.code.slice(start, stop);
    const text = event.shiftKey ? old.replace(/^ {1,4}/gm, "") : old.replace(/^/gm, "    ");
    this.area.setSelectionRange(start, stop);
    this.type(text);
    if (from === to) this.area.setSelectionRange(Math.max(start, from + text.length - old.length), Math.max(start, from + text.length - old.length));
    else this.area.setSelectionRange(start, start + text.length);
  }
}

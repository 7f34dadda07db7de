// What the explorables share: controls, the address, what is said aloud, and drawing.
//
// A figure names its controls and returns how to draw them:
//
//     explorables.add("tangent", (figure) => {
//       const z = figure.slider("z", "Input z", { values: [-1, 0, 1], start: 0 });
//       figure.numbers = () => ({ caption: "…", heads: ["z", "f(z)"], rows: [["0", "1"]] });
//       return (svg, width) => { …; return "A sentence that says what is seen."; };
//     });
//
// Whatever a reader sets stands in the address, as in #tangent:z=1, and comes back with it.
"use strict";
const explorables = {
  data: {}, // by name: what minigrad computed when the book was built
  figures: {}, // by name, those of this page

  add(name, build) {
    const box = document.getElementById(`try-${name}`);
    const figure = this.figures[name] = new Figure(name, box, JSON.parse(box.dataset.start), build);
    figure.restore();
    addEventListener("hashchange", () => figure.restore());
    new ResizeObserver(() => figure.draw()).observe(figure.svg.parentNode);
  },
};

class Figure {
  constructor(name, box, start, build) {
    Object.assign(this, { name, start, controls: [] });
    this.panel = element("div", { class: "controls" });
    this.svg = shape("svg", { role: "img" });
    this.said = element("p", { class: "said" });
    this.aloud = element("p", { class: "unseen", role: "status" });
    this.link = element("a", {}, "Link to this view");
    const again = element("button", { type: "button" }, "Start again");
    again.addEventListener("click", () => this.reset());
    this.foot = element("p", { class: "foot" }, again, this.link);
    this.table = element("div", { class: "pst-scrollable-table-container" }); // a theme's name: it scrolls
    this.folded = element("details", {}, element("summary", {}, "The numbers as a table"), this.table);
    this.folded.addEventListener("toggle", () => { this.tabulate(); dispatchEvent(new Event("resize")); }); // for reading.js
    box.setAttribute("role", "group");
    box.setAttribute("aria-labelledby", `${box.id}-title`);
    box.append(this.panel, element("div", { class: "picture" }, this.svg), this.said, this.aloud, this.foot, this.folded);
    this.picture = build(this);
  }

  // ---- Controls.  Each has a key, which is its name in the address, and a value. ----

  slider(key, label, { values, start, text = String, wide = false }) {
    const input = element("input", { type: "range", min: 0, step: 1 }), output = element("output");
    const show = () => {
      output.textContent = text(control.value);
      input.setAttribute("aria-valuetext", output.textContent);
    };
    const control = this.control(key, label, input, output, {
      get value() { return this.values[input.valueAsNumber]; },
      set value(wanted) { input.value = nearest(this.values, wanted); show(); },
      offer(values, start) { input.max = values.length - 1; Object.assign(this, { values, first: start }); this.value = start; },
    });
    control.row.classList.toggle("wide", wide); // as wide as the picture, so that both move together
    input.addEventListener("input", show);
    control.offer(values, this.start[key] ?? start);
    return control;
  }

  choice(key, label, { options, start }) {
    const select = element("select", {}, ...options.map(([value, words]) => element("option", { value }, words)));
    const control = this.control(key, label, select, "", {
      get value() { return select.value; },
      set value(wanted) { if (options.some(([value]) => value === wanted)) select.value = wanted; },
    });
    control.value = control.first = this.start[key] ?? start;
    return control;
  }

  control(key, label, input, output, methods) {
    const id = input.id = `try-${this.name}-${key}`;
    const name = element("label", { for: id }, label);
    if (output) output.setAttribute("for", id), output.setAttribute("aria-live", "off"); // the slider itself says it
    const row = element("div", { class: "control" }, name, output, input);
    this.panel.append(row);
    const control = Object.defineProperties({ key, input, row, name, changed() {} }, Object.getOwnPropertyDescriptors(methods));
    input.addEventListener("input", () => { control.changed(); this.touched(); });
    this.controls.push(control);
    return control;
  }

  set(control, value) { // as if a reader had moved it
    if (control.value === value) return;
    control.value = value;
    control.changed();
    this.touched();
  }

  // A finger or a mouse on the picture; where(x, y) is told the place in pixels.
  drag(where) {
    const svg = this.svg;
    const tell = (event) => { const at = svg.getBoundingClientRect(); where(event.clientX - at.left, event.clientY - at.top, event.type); };
    svg.classList.add("drag");
    svg.addEventListener("pointerdown", (event) => { if (event.button === 0) svg.setPointerCapture(event.pointerId), tell(event); });
    svg.addEventListener("pointermove", (event) => { if (svg.hasPointerCapture(event.pointerId)) tell(event); });
  }

  // ---- What follows a change: the picture at once, words and address when the hand rests. ----

  touched() {
    this.draw();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      this.aloud.textContent = this.said.textContent;
      history.replaceState(history.state, "", this.link.href);
    }, 500);
  }

  draw() {
    const width = Math.round(this.svg.parentNode.clientWidth);
    if (!width) return;
    this.svg.replaceChildren();
    this.said.textContent = this.picture(this.svg, width);
    this.tabulate();
    const shown = this.controls.filter((control) => !control.row.hidden);
    this.link.href = `#${this.name}:` + new URLSearchParams(shown.map(({ key, value }) => [key, value]));
  }

  tabulate() { // for those to whom a picture says nothing
    if (!this.folded.open) return;
    const { caption, heads, rows } = this.numbers();
    const row = ([first, ...rest]) => element("tr", {}, element("th", { scope: "row" }, first), ...rest.map((x) => element("td", {}, x)));
    this.table.replaceChildren(element("table", {},
      element("caption", {}, caption),
      element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
      element("tbody", {}, ...rows.map(row)),
    ));
  }

  restore() {
    const [, name, state] = location.hash.match(/^#(\w+):(.*)$/) ?? [];
    if (name === this.name) {
      const wanted = new URLSearchParams(state);
      for (const control of this.controls) if (wanted.has(control.key)) { control.value = wanted.get(control.key); control.changed(); }
      this.draw();
      const show = () => this.svg.closest("figure").scrollIntoView();
      (window.MathJax?.startup?.promise ?? Promise.resolve()).then(show);
    }
  }

  reset() {
    for (const control of this.controls) { control.value = control.first; control.changed(); }
    this.touched();
    clearTimeout(this.resting);
    this.aloud.textContent = this.said.textContent;
    history.replaceState(history.state, "", location.pathname + location.search);
  }
}

// ---- Drawing ----

function element(tag, attributes = {}, ...children) { return fill(document.createElement(tag), attributes, children); }
function shape(tag, attributes = {}, ...children) { return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children); }
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.filter((child) => child !== ""));
  return node;
}

// A panel of a picture: from a place in the data to one in pixels, and back.
function panel([left, right], [bottom, top], [x0, x1], [y0, y1]) {
  return {
    left, right, bottom, top,
    x: (x) => left + ((x - x0) / (x1 - x0)) * (right - left),
    y: (y) => bottom + ((y - y0) / (y1 - y0)) * (top - bottom),
    inverse: (pixel) => x0 + ((pixel - left) / (right - left)) * (x1 - x0),
  };
}
function path(points) { return "M" + points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join("L"); }

function nearest(values, wanted) { // its place in the list
  if (values.includes(wanted)) return values.indexOf(wanted);
  const distance = values.map((value) => (String(value) === wanted ? -1 : Math.abs(value - wanted)));
  return distance.indexOf(Math.min(...distance)); // −1, if it is no number; a slider then goes to its first stop
}
function number(x, decimals) { return x.toFixed(decimals).replace(/^-(0(\.0*)?)$/, "$1").replace("-", "−"); }
function range(from, to, step) { return Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => Number((from + i * step).toFixed(9))); }

// Three to six round numbers between two.
function ticks(low, high) {
  const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((s) => s * power >= rough) * power;
  return range(Math.ceil(low / step - 1e-9) * step, Math.floor(high / step + 1e-9) * step, step);
}

// As a power of ten, unless it is near 1: 0.36, 2.9 × 10⁻⁶.
function scientific(x) {
  if (x >= 0.01 && x < 100) return number(x, x < 1 ? 3 : 2);
  const [digits, exponent] = x.toExponential(1).split("e");
  return `${digits} × 10${[...exponent.replace("+", "")].map((c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻").join("")}`;
}

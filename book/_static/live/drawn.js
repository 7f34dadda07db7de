// The laboratory's parts come from Python that ran what a reader typed, or what a link brought along, and that Python
// can send any HTML it likes. So nothing of it enters the page but the elements that in_page draws with, built anew.
const SHAPE = ["class", "x", "y", "width", "height", "fill-opacity"];
const DRAWN = {
  b: [], caption: [], circle: ["class", "cx", "cy", "r"], code: [], details: [], div: ["class"], i: [], li: [], p: ["class"],
  path: ["class", "d"], rect: SHAPE, span: [], summary: [], svg: ["class", "viewBox", "role", "aria-label", "aria-hidden"],
  table: [], tbody: [], td: [], text: ["class", "x", "y", "text-anchor"], th: ["scope"], thead: [], tr: [], ul: [],
};
// The theme has classes that would lay a part over the whole page.
const CLASSES = new Set([
  "lab-figures", "lab-key", "pst-scrollable-table-container", "sample", "title", "grid", "zero", "yours", "other",
  "dotted", "saturated", "dead", "one", "none", "disc", "square",
]);
const NAMESPACES = new Set(["http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"]);

// A document made by DOMParser is inert: no script of it runs, and no picture of it is asked for.
function drawn(html) {
  const parsed = new DOMParser().parseFromString(`<body>${html}`, "text/html");
  const page = document.createDocumentFragment();
  page.append(...copies(parsed.body));
  return page;
}

// An element that is not known is left out, with all that is in it.
function copies(parent) {
  const found = [];
  for (const node of parent.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) found.push(node.data);
    else if (Object.hasOwn(DRAWN, node.localName ?? "") && NAMESPACES.has(node.namespaceURI)) found.push(anew(node));
  }
  return found;
}

function anew(element) {
  const made = document.createElementNS(element.namespaceURI, element.localName);
  for (const { name, value } of element.attributes) {
    if (!DRAWN[element.localName].includes(name)) continue;
    if (name === "class" && !value.split(" ").every((each) => CLASSES.has(each))) continue;
    made.setAttribute(name, value);
  }
  made.append(...copies(element));
  return made;
}

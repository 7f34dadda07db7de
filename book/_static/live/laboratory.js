// The laboratory: what is typed here is studied by book/in_page/laboratory.py, which writes the parts of the page.
const LIMIT = 90; // seconds for one study
const BROUGHT = "This address brought an activation along. Press Run to study it, but read it first: Run lets code that somebody sent you run in this page, in Python. Until then nothing of it runs.";
const BEFORE = "Below is still what was studied before.", SO_FAR = "Below is how far it came.";
const SEVERAL = "In several lines, Tab indents; Escape, then Tab, leaves.";
const WAITING = ["Running …", "Loading Python …", SILENT]; // what news of the training replaces; it replaces nothing else
const EXAMPLES = ["x * sigmoid(1.5 * x)", "x + sin(x) ** 2", "maximum(x, 0.2 * x)", "tanh(x) ** 3", "exp(-x ** 2)"];

const box = document.querySelector(".laboratory");
const stored = { code: box.querySelector("pre").textContent, against: box.dataset.against };
const part = (name) => document.querySelector(`.lab-part#${CSS.escape(`lab-${name}`)}`);

// The address carries what is studied: #f=…&with=…
const fromAddress = () => {
  const found = new URLSearchParams(location.hash.slice(1));
  const against = found.get("with");
  return { code: found.get("f"), against: JSON.parse(box.dataset.table).includes(against) ? against : null };
};
const toAddress = () => `#${new URLSearchParams({ f: editor.code, with: against.value })}`;

// A table that scrolls can be reached by keyboard: reading.js sees to it when sizes change.
const remeasure = () => dispatchEvent(new Event("resize"));

const against = make("select", { id: "lab-against" }, ...JSON.parse(box.dataset.table).map((name) => make("option", { value: name }, name)));
const go = make("button", { type: "button", class: "live-go" }, "Run");
const copy = make("button", { type: "button" }, "Copy the address");
const hint = make("span", { class: "live-hint", id: "lab-hint" }, ...(fromFolder ? [] : [`Loads Python once, ${DOWNLOAD}. `, make("span", { class: "live-keys" }, `Ctrl+Enter runs. ${SEVERAL}`)]));
const progress = make("progress", { max: "1", value: "0", "aria-label": "Loading Python", hidden: "" });
const note = make("p", { class: "live-note", role: "status", id: "lab-note" });
const editor = new Editor({
  code: stored.code, label: "Your activation, a formula of x", run: () => start(), hint, note, short: true, changed: () => (brought = false),
});
const address = make("input", { type: "text", readonly: "", "aria-label": "The address of this activation", hidden: "" });
const examples = make("p", { class: "lab-examples" }, "For instance: ", ...EXAMPLES.map((code) => make("button", { type: "button" }, make("code", {}, code))));

against.value = stored.against;
box.replaceChildren(
  editor.element,
  make("div", { class: "live-bar" }, make("label", { for: "lab-against" }, "beside"), against, go, copy, progress),
  make("p", { class: "live-hint" }, hint), note, address, examples,
);

let running = false;
let brought = false; // by a link, and neither run nor edited yet
const engine = new Engine({
  loading: (share) => {
    if (share !== null) return show("Loading Python", share);
    progress.hidden = true;
    say("Running …");
  },
  restarted: () => {},
});

function show(what, share) {
  progress.hidden = false;
  progress.setAttribute("aria-label", what);
  progress.value = share;
}

function say(text, wrong = false) {
  note.textContent = text;
  note.classList.toggle("live-error", wrong);
}

function complain(sentence, line) {
  say(`${sentence} ${BEFORE}`, true);
  editor.mark(line ?? null, true);
}

async function start() {
  if (running) return;
  if (fromFolder) return void say(FROM_FOLDER);
  running = true;
  brought = false;
  go.textContent = "Stop";
  address.hidden = true;
  editor.mark(null);
  history.replaceState(null, "", toAddress());
  say(engine.loaded ? "Running …" : "Loading Python …");
  let summary = null, refused = false, below = BEFORE;
  const hear = (message) => {
    if (message.part) {
      part(message.part)?.replaceChildren(drawn(message.html));
      remeasure();
    }
    if (message.part === "shown") below = SO_FAR;
    if (message.part && WAITING.includes(note.textContent)) say("Training …");
    if (message.epoch) show(`Training, epoch ${message.epoch} of ${message.epochs}`, message.epoch / message.epochs);
    if (message.error) { refused = true; complain(message.error, message.line); }
    if (message.summary) summary = message.summary;
  };
  const how = await engine.run("laboratory", "study", { code: editor.code, against: against.value }, { hear, silent: () => say(SILENT), seconds: LIMIT });
  running = false;
  go.textContent = "Run";
  progress.hidden = true;
  if (brought) say(BROUGHT); // meanwhile
  else if (how.ended in ENDINGS) say(`${ENDINGS[how.ended](how)} ${below}`);
  else if (!refused) say(`Done. ${summary}`);
}

// Give the address to who wants to pass it on: into the clipboard, or where there is none, to be copied by hand.
async function share() {
  history.replaceState(null, "", toAddress());
  try {
    await navigator.clipboard.writeText(location.href);
    say("The address is copied. Whoever opens it finds this activation.");
  } catch {
    address.value = location.href;
    address.hidden = false;
    address.select();
    say("Copy the address from the field below.");
  }
}

function takeFromAddress() {
  const found = fromAddress();
  if (found.code === null) return;
  editor.code = found.code;
  against.value = found.against ?? stored.against;
  if (note.classList.contains("live-error")) say("");
  brought = found.code !== stored.code || against.value !== stored.against;
  if (brought) say(BROUGHT);
}

go.addEventListener("click", () => (running ? engine.stop() : start()));
copy.addEventListener("click", share);
against.addEventListener("change", () => running || brought || say(`Press Run to see it beside ${against.value}.`));
examples.addEventListener("click", (event) => {
  const chosen = event.target.closest("button");
  if (!chosen) return;
  if (running) return void say("Still running: wait until it is done, or press Stop.");
  editor.code = chosen.textContent;
  start();
});
addEventListener("hashchange", takeFromAddress);
for (const folded of document.querySelectorAll(".lab-part")) folded.addEventListener("toggle", remeasure, true);
takeFromAddress();

// "Edit and run" under every cell tagged `live`. All of a page share one Python, as in a notebook: a cell first runs
// the live cells above it that have not run yet.
const SECONDS = 30; // that one cell may take

class Cell {
  constructor(element, number) {
    Object.assign(this, { element, number, ran: false, running: false, editor: null, lastRun: null });
    this.input = element.querySelector(".cell_input");
    this.stored = element.querySelector(".cell_output");
    this.source = this.input.querySelector("pre").textContent.replace(/\n$/, "");
    this.open = make("button", { type: "button", class: "live-open" }, "Edit and run");
    this.note = make("p", { class: "live-note", role: "status", id: `live-note-${number}` });
    this.open.addEventListener("click", () => (fromFolder ? (this.note.textContent = FROM_FOLDER) : this.edit()));
    this.input.after(make("div", { class: "live-bar" }, this.open, make("span", { class: "live-hint" }, fromFolder ? "" : `in this page; loads Python once, ${DOWNLOAD}`)), this.note);
  }

  get code() { return this.editor?.code ?? this.source; }

  edit() {
    const hint = make("span", { class: "live-hint live-keys", id: `live-hint-${this.number}` }, KEYS);
    this.editor = new Editor({ code: this.source, label: `Python, live cell ${this.number}`, run: () => this.start(), hint, note: this.note });
    this.go = make("button", { type: "button", class: "live-go" }, "Run");
    this.reset = make("button", { type: "button" }, "Reset");
    this.progress = make("progress", { max: "1", value: "0", "aria-label": "Loading Python", hidden: "" });
    this.output = make("div", { class: "cell_output live-output", hidden: "" }, make("div", { class: "output stream" }, make("pre")));
    this.go.addEventListener("click", () => (this.running ? engine.stop() : this.start()));
    this.reset.addEventListener("click", () => this.restore());
    this.input.hidden = true;
    this.input.after(this.editor.element);
    this.open.parentElement.replaceChildren(this.go, this.reset, this.progress, hint);
    this.note.after(this.output);
    if (matchMedia("(hover: none) and (pointer: coarse)").matches) this.go.focus(); // the editor would call up the keyboard
    else this.editor.area.focus();
    this.editor.area.setSelectionRange(0, 0); // some browsers put the caret at the end, and scroll there
    this.editor.area.scrollLeft = 0;
    this.say("Loading Python …");
    loadingFor = this;
    this.progress.hidden = engine.loaded;
    engine.load().then(() => !this.running && this.say("Python is ready."), (error) => !this.running && this.ended(error.message === "stopped" ? { ended: "stopped" } : { ended: "not loaded", why: error.message }));
  }

  say(text, wrong = false) {
    this.note.textContent = text;
    this.note.classList.toggle("live-error", wrong);
  }

  restore() {
    if (this.running) engine.stop();
    this.editor.code = this.source;
    this.leave();
    this.output.hidden = true;
    this.output.classList.remove("older");
    if (this.stored) this.stored.hidden = false;
    this.say("The stored code and output are back.");
  }

  // Run the cells above that have not run yet, and then this one.
  async start() {
    if (busy) return void (busy !== this && this.say(`Live cell ${busy.number} is still running.`));
    busy = loadingFor = this;
    this.setRunning(true);
    for (const cell of cells.slice(0, this.number - 1)) {
      if (cell.ran) continue;
      const how = await this.execute(cell);
      if (how.ended !== "done" || !cell.ran) {
        this.ended(how.ended === "done" ? { ended: "above", above: cell.number } : how);
        return this.setRunning(false);
      }
    }
    this.ended(await this.execute(this));
    this.setRunning(false);
  }

  // What the cells below have computed is from older code, if this cell is about to run with other code than before.
  leave() {
    if (this.lastRun === null || this.lastRun === this.code) return;
    this.ran = false;
    for (const cell of cells.slice(this.number)) cell.outdated(this.number);
  }

  outdated(by) {
    this.ran = false;
    if (!this.editor || this.running || (this.output.hidden && !this.note.classList.contains("live-error"))) return;
    this.output.classList.add("older");
    this.editor.mark(null);
    this.say(`Live cell ${by} has changed since. Run this one again.`);
  }

  setRunning(running) {
    this.running = running;
    if (!running) busy = null;
    this.go.textContent = running ? "Stop" : "Run";
    this.element.toggleAttribute("data-running", running);
    if (running) this.say(engine.loaded ? "Running …" : "Loading Python …");
  }

  async execute(cell) {
    cell.leave();
    cell.clear();
    cell.lastRun = cell.code;
    const started = performance.now();
    let failed = false;
    const hear = ({ output, error, line }) => {
      if (output) cell.print(output);
      if (error) { failed = true; cell.complain(error, line); }
    };
    const how = await engine.run("cells", "run", { code: cell.code, number: cell.number }, { hear, silent: () => this.say(SILENT), seconds: SECONDS });
    cell.ran = how.ended === "done" && !failed;
    return { ...how, failed, time: (performance.now() - started) / 1000 };
  }

  clear() {
    if (!this.editor) return;
    this.output.querySelector("pre").textContent = "";
    this.output.hidden = true;
    this.output.classList.remove("older");
    if (this.note.classList.contains("live-error")) this.say("");
    if (this.stored) this.stored.hidden = true;
    this.editor.mark(null);
  }

  print(text) {
    if (!this.editor) return;
    this.output.hidden = false;
    this.output.querySelector("pre").append(text);
  }

  complain(text, line) {
    if (!this.editor) return;
    this.say(text, true);
    this.editor.mark(line, true);
  }

  ended(how) {
    this.progress.hidden = true;
    if (how.ended === "above") return this.say(`Live cell ${how.above} above stopped with an error, so this one was not run.`);
    if (how.ended in ENDINGS) return this.say(ENDINGS[how.ended](how));
    if (!how.failed) this.say(`Done in ${Math.max(how.time, 0.1).toFixed(1)} seconds.`);
  }
}

let busy = null, loadingFor = null; // the cell that runs, and the one that shows how loading goes
const engine = new Engine({
  loading: (share) => {
    if (!loadingFor) return;
    loadingFor.progress.hidden = share === null;
    if (share !== null) loadingFor.progress.value = share;
    else if (loadingFor.running) loadingFor.say("Running …");
  },
  restarted: () => cells.forEach((cell) => (cell.ran = false)),
});
const cells = Array.from(document.querySelectorAll(".cell.tag_live"), (element, i) => new Cell(element, i + 1));

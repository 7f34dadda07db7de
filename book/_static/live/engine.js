// Python for a page: loaded when first asked for, stopped by ending its worker.
const DOWNLOAD = "6 MB"; // of what is downloaded, compressed
const PATIENCE = 10; // seconds without a word, after which a reader is told what may be the matter
const assets = new URL("./", document.currentScript.src);

class Engine {
  // loading(share) hears how much has been loaded, from 0 to 1, and null when Python is there;
  // restarted() hears that all names are gone.
  constructor({ loading, restarted }) {
    Object.assign(this, { loading, restarted, worker: null, ready: null, loaded: false, finish: null });
  }

  load() {
    this.ready ??= new Promise((resolve, reject) => {
      this.worker = new Worker(new URL("worker.js", assets), { type: "module" });
      this.worker.onerror = () => this.fail(reject, "its script did not start");
      this.worker.onmessage = ({ data }) => {
        if ("loading" in data) this.loading(data.loading);
        if (data.ready) {
          this.loaded = true;
          this.loading(null);
          resolve();
        }
        if (data.failed) this.fail(reject, data.failed);
        if (data.message) this.hear?.(data.message);
        if (data.done) this.end({ ended: "done" });
        if (data.raised) this.end({ ended: "raised", why: data.raised });
        if (data.broken) this.end({ ended: "broken", why: data.broken }, true);
      };
      this.giveUp = reject;
    });
    return this.ready;
  }

  fail(reject, why) {
    this.close();
    reject(new Error(why));
  }

  // Call a function of book/in_page, and hear() what it says; silent() is called when nothing came for a while.
  // Resolves with how it ended: done, raised, stopped, late, broken, or not loaded.
  async run(module, func, args, { hear, silent, seconds }) {
    try {
      await this.load();
    } catch (error) {
      return error.message === "stopped" ? { ended: "stopped" } : { ended: "not loaded", why: error.message };
    }
    return new Promise((resolve) => {
      const clock = setTimeout(() => this.end({ ended: "late", seconds }, true), 1000 * seconds);
      let patience = setTimeout(silent, 1000 * PATIENCE);
      this.hear = (message) => {
        clearTimeout(patience);
        patience = setTimeout(silent, 1000 * PATIENCE);
        hear(message);
      };
      this.finish = (how) => {
        clearTimeout(clock);
        clearTimeout(patience);
        this.hear = this.finish = null;
        resolve(how);
      };
      this.worker.postMessage({ module, function: func, arguments: args });
    });
  }

  end(how, close = false) {
    const finish = this.finish;
    if (close) this.close();
    finish?.(how);
  }

  stop() {
    const giveUp = this.giveUp;
    if (this.finish) this.end({ ended: "stopped" }, true);
    else {
      this.close();
      giveUp?.(new Error("stopped"));
    }
  }

  close() {
    this.worker?.terminate();
    this.worker = this.ready = this.giveUp = null;
    this.loaded = false;
    this.restarted();
  }
}

// What a reader is told when something did not end well.
const ENDINGS = {
  stopped: () => "Stopped. Python starts afresh at the next run.",
  late: ({ seconds }) => `Stopped after ${seconds} seconds, the limit: is there a loop without an end? Python starts afresh at the next run.`,
  raised: ({ why }) => `It stopped with an error that was not foreseen. ${why.replace(/\.$/, "")}.`,
  broken: ({ why }) => `${/call stack|recursion/i.test(why) ? "Something was nested too deeply for Python's stack, which is small inside a page" : `Python itself broke down (${why})`}. It starts afresh at the next run.`,
  "not loaded": ({ why }) => `Python could not be loaded: ${why}. Without a network, make lab runs the notebooks on your own machine.`,
};

const SILENT = "Still running. Is there a loop without an end? Stop ends it.";

// From a folder, a browser lets no page start a worker.
const FROM_FOLDER = "This page was opened from a folder, where browsers do not let Python run. Type make lab in the book's folder, or serve the built pages: python -m http.server in _build/html, then open http://localhost:8000.";
const fromFolder = location.protocol === "file:";

// Make an element: make("button", { type: "button" }, "Run").
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

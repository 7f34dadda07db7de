// Python, in a worker: so that the page stays alive while it computes, and can end it.
const here = new URL("./", import.meta.url);
const post = self.postMessage.bind(self);

// Download a file, telling how far it is; then have the browser compare it with its checksum.
async function verified(name, { url, integrity }, progress) {
  const response = await fetch(new URL(url, here));
  if (!response.ok) throw new Error(`${name}: the server answered ${response.status}`);
  const parts = [], reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    progress(part.value.length);
  }
  const types = { mjs: "text/javascript", wasm: "application/wasm" };
  const address = URL.createObjectURL(new Blob(parts, { type: types[name.split(".").pop()] }));
  try {
    await fetch(address, { integrity });
  } catch {
    throw new Error(`${name} is not the file it should be, so it was not run.`);
  }
  return address;
}

async function load() {
  const settings = await fetch(new URL("settings.json", here), { cache: "no-cache" });
  const { files } = await settings.json();
  const total = Object.values(files).reduce((sum, file) => sum + file.size, 0);
  let done = 0;
  const progress = (bytes) => post({ loading: Math.min(1, (done += bytes) / total) });
  const names = Object.keys(files);
  const found = await Promise.all(names.map((name) => verified(name, files[name], progress)));
  const at = Object.fromEntries(names.map((name, i) => [name, found[i]]));

  // Pyodide asks for its WebAssembly by name: it gets the checked one, and nothing else from afar.
  const browser = self.fetch;
  self.fetch = (url, options) => browser(String(url).endsWith("pyodide.asm.wasm") ? at["pyodide.asm.wasm"] : url, options);
  const { loadPyodide } = await import(at["pyodide.mjs"]);
  const python = await loadPyodide({
    indexURL: String(here),
    createPyodideModule: (await import(at["pyodide.asm.mjs"])).default,
    stdLibURL: at["python_stdlib.zip"],
    lockFileContents: { info: INFO, packages: {} },
  });
  const zip = await (await browser(at["minigrad.zip"])).arrayBuffer();
  python.FS.writeFile("/minigrad.zip", new Uint8Array(zip));
  python.runPython("import sys; sys.path.insert(0, '/minigrad.zip'); import minigrad");
  const { answer } = python.pyimport("in_page");
  python.pyimport("in_page.freeing").one_after_another();
  const { PythonError } = python.ffi;
  withdraw();
  return { answer, PythonError };
}

// What is left of the browser's own objects once Python is there: `import js` gives them to whatever code is run, and
// a link can bring code along. The language itself, clocks, and chance; nothing that asks a server, opens another
// worker, or reads what pages of this site have stored. This list is of what stays, so that what browsers learn later
// goes, too. It is a second fence, not a wall: code may find its way around it through Pyodide's insides, and a
// Content-Security-Policy in the server's answer for this file (connect-src 'self' and the CDN) would hold where it
// fails. The first fence is that nothing runs before Run; the third, that what is sent to the page is only drawn.
const KEPT = new Set([
  ..."globalThis self Infinity NaN undefined isFinite isNaN parseFloat parseInt".split(" "),
  ..."decodeURI decodeURIComponent encodeURI encodeURIComponent Object Boolean Symbol Number BigInt Math Date".split(" "),
  ..."String RegExp Array Map Set WeakMap WeakSet WeakRef FinalizationRegistry ArrayBuffer DataView Atomics".split(" "),
  ..."Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array BigInt64Array".split(" "),
  ..."BigUint64Array Float16Array Float32Array Float64Array SharedArrayBuffer JSON Promise Proxy Reflect Iterator".split(" "),
  ..."Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError Intl".split(" "),
  ..."WebAssembly TextDecoder TextEncoder console performance crypto setTimeout clearTimeout".split(" "),
]);

function withdraw() {
  const later = self.setTimeout.bind(self), end = EventTarget.prototype;
  for (let owner = self; owner !== end; owner = Object.getPrototypeOf(owner)) {
    for (const name of Object.getOwnPropertyNames(owner)) {
      if (!KEPT.has(name)) Reflect.deleteProperty(owner, name);
    }
  }
  // Code from text could still write import(…), which is no name that one can take away.
  self.setTimeout = (f, ...more) => (typeof f === "function" ? later(f, ...more) : 0);
  for (const f of [() => {}, async () => {}, function* () {}, async function* () {}]) {
    const kind = Object.getPrototypeOf(f);
    const value = function Function() { throw new Error("inside the page, no JavaScript is made from text"); };
    value.prototype = kind; // for Pyodide, which asks what is a function
    Object.defineProperty(kind, "constructor", { value });
  }
  self.Function = Object.getPrototypeOf(withdraw).constructor;
}

// No packages besides Python's own: the list of those that Pyodide offers stays where it is.
const INFO = { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" };

const ready = load();
ready.then(() => post({ ready: true }), (error) => post({ failed: error.message }));

self.onmessage = async ({ data }) => {
  const { answer, PythonError } = await ready;
  try {
    answer(JSON.stringify(data), (message) => post({ message: JSON.parse(message) }));
    post({ done: true });
  } catch (error) {
    // An exception leaves Python whole; what comes from below it, such as a lack of stack, does not.
    if (error instanceof PythonError) post({ raised: error.message.trim().split("\n").pop() });
    else post({ broken: `${error.name}: ${error.message}` });
  }
};

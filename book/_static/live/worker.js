// Python, in a worker: so that the page stays alive while it computes, and can end it.
const here = new URL("./", import.meta.url);
const post = (message) => self.postMessage(message);

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
  return python.pyimport("in_page").answer;
}

// No packages besides Python's own: the list of those that Pyodide offers stays where it is.
const INFO = { abi_version: "2026_0", arch: "wasm32", platform: "emscripten_5_0_3", python: "3.14.2" };

const ready = load();
ready.then(() => post({ ready: true }), (error) => post({ failed: error.message }));

self.onmessage = async ({ data }) => {
  const answer = await ready;
  try {
    answer(JSON.stringify(data), (message) => post({ message: JSON.parse(message) }));
    post({ done: true });
  } catch (error) {
    post({ broken: error.message });
  }
};

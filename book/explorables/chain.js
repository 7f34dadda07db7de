// Chain: the gradient that arrives at each of many wide layers, as bars on a logarithmic scale.
"use strict";
explorables.add("chain", (figure) => {
  const { decimals, deepest, activations } = explorables.data.chain;
  const gains = () => activations.find(({ name }) => name === activation.value).gains;
  const chosen = () => gains().find((each) => each.gain === gain.value);
  const words = (g) => { const { mark } = gains().find((each) => each.gain === g); return number(g, 2) + (mark && ` (${mark})`); };

  const activation = figure.choice("activation", "Activation", { options: activations.map(({ name, label }) => [name, label]), start: "sigmoid" });
  const gain = figure.slider("gain", "Gain of the weights", { values: gains().map(({ gain }) => gain), start: 1, text: words });
  const depth = figure.slider("depth", "Layers", { values: range(2, deepest, 1), start: 10 });
  const layer = figure.slider("layer", "Read at layer", { values: range(1, depth.value, 1), start: 1, wide: true });

  activation.changed = () => { const before = gain.value; gain.offer(gains().map(({ gain }) => gain), gain.first); gain.value = before; };
  depth.changed = () => { const before = layer.value; layer.offer(range(1, depth.value, 1), layer.first); layer.value = before; };
  let box;
  figure.drag((x) => figure.set(layer, Math.min(depth.value, Math.max(1, Math.round(box.inverse(x))))));
  figure.svg.setAttribute("aria-label", "Bars on a logarithmic scale: the share of the gradient that arrives at each layer");

  function logarithms() { // of what arrives at layers 1, 2, …
    const logs = Array(depth.value).fill(0);
    for (let k = depth.value - 2; k >= 0; k--) logs[k] = logs[k + 1] + chosen().factors[k] / 10 ** decimals;
    return logs;
  }

  figure.numbers = () => ({
    caption: "The share of the gradient at the last layer that arrives",
    heads: ["layer", "arrives"],
    rows: logarithms().map((log, k) => [String(k + 1), scientific(10 ** log)]),
  });

  return (svg, width) => {
    const last = depth.value, logs = logarithms();
    const height = 300, low = Math.min(-3, Math.floor(Math.min(...logs))), high = Math.max(1, Math.ceil(Math.max(...logs)));
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", height);
    box = panel([46, width - 4], [252, 28], [0.5, last + 0.5], [low, high]);
    for (const y of ticks(low, high).filter(Number.isInteger)) {
      svg.append(shape("path", { class: y ? "grid" : "axis", d: `M${box.left},${box.y(y)}H${box.right}` }));
      svg.append(shape("text", { x: box.left - 7, y: box.y(y) + 4.5, "text-anchor": "end" }, ...power(y)));
    }
    const wide = Math.min(40, (0.72 * (box.right - box.left)) / last);
    logs.forEach((log, k) => {
      const own = { class: k + 1 === layer.value ? "bar read" : "bar", x: box.x(k + 1) - wide / 2, width: wide };
      svg.append(shape("rect", { ...own, y: box.y(log), height: box.bottom - box.y(log) }));
    });
    svg.append(shape("path", { class: "axis over", d: `M${box.left},${box.y(0)}H${box.right}` }));
    for (const k of [1, ...ticks(1, last).filter((k) => Number.isInteger(k) && k > 1 + last / 12)])
      svg.append(shape("text", { x: box.x(k), y: box.bottom + 19, "text-anchor": "middle" }, String(k)));
    svg.append(shape("text", { x: box.left, y: height - 4 }, "layer, from the input to the output"));
    svg.append(shape("text", { class: "name", x: box.left - 40, y: box.top - 12 }, "share of the gradient that arrives"));

    const read = logs[layer.value - 1], factor = 10 ** (logs[0] / (last - 1));
    return `At layer ${layer.value} of ${last} arrives ${scientific(10 ** read)} of the gradient at the last. ` +
      `On its way back, each layer multiplies it by ${scientific(factor)} on average.`;
  };

  function power(y) { return ["10", shape("tspan", { dy: -5, "font-size": 12 }, number(y, 0))]; }
});

// Pairs: a table of accuracies, and below it how the five networks of one cell were trained.
"use strict";
explorables.add("pairs", (figure) => {
  const { epochs, depths, activations, inits, cells } = explorables.data.pairs;
  const at = (activation, init) => cells[`${activation} ${init} ${depth.value}`];
  const last = ({ curves }) => curves.map((curve) => curve.at(-1) / 10).sort((a, b) => a - b);
  const middle = (cell) => last(cell)[2];

  const activation = figure.choice("activation", "Activation", { options: activations, start: "relu" });
  const init = figure.choice("init", "Weights", { options: inits, start: "he" });
  const depth = figure.slider("depth", "Hidden layers", { values: depths, start: 8, wide: true });

  let grid;
  figure.drag((x, y) => {
    const column = Math.floor((x - grid.left) / grid.wide), row = Math.floor((y - grid.top) / grid.high);
    if (!inits[column] || !activations[row]) return;
    figure.set(activation, activations[row][0]);
    figure.set(init, inits[column][0]);
  });
  figure.svg.setAttribute("aria-label", "A table of accuracies, activations in rows and weights in columns, and below it the training curves of the chosen cell");

  figure.numbers = () => ({
    caption: "Accuracy in %, median of five networks",
    heads: ["activation", ...inits.map(([, label]) => label)],
    rows: activations.map(([name, label]) => [label, ...inits.map(([kind]) => number(middle(at(name, kind)), 1))]),
  });

  return (svg, width) => {
    grid = { left: 62, top: 46, high: 30, wide: (width - 62) / inits.length };
    const bottom = grid.top + activations.length * grid.high, height = bottom + 224;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", height);

    svg.append(shape("text", { class: "name", x: 0, y: 14 }, "accuracy in %, median of five networks"));
    inits.forEach(([, label], column) => svg.append(shape("text", { x: grid.left + (column + 0.5) * grid.wide, y: 38, "text-anchor": "middle" }, label)));
    activations.forEach(([name, label], row) => {
      svg.append(shape("text", { x: 0, y: grid.top + (row + 0.5) * grid.high + 4.5 }, label));
      inits.forEach(([kind], column) => {
        const x = grid.left + column * grid.wide, y = grid.top + row * grid.high, accuracy = middle(at(name, kind));
        const chosen = name === activation.value && kind === init.value;
        svg.append(
          shape("rect", { class: "cell", x: x + 1, y: y + 1, width: grid.wide - 2, height: grid.high - 2, "fill-opacity": (0.36 * Math.max(0, accuracy - 10) / 90).toFixed(3) }),
          shape("text", { class: "entry", x: x + grid.wide / 2, y: y + grid.high / 2 + 4.5, "text-anchor": "middle" }, number(accuracy, 0)),
        );
        if (chosen) svg.append(shape("rect", { class: "hand thick", x: x + 1, y: y + 1, width: grid.wide - 2, height: grid.high - 2, rx: 3 }));
      });
    });

    const box = panel([46, width - 10], [height - 24, bottom + 48], [0, epochs.at(-1)], [0, 100]), cell = at(activation.value, init.value);
    svg.append(shape("text", { class: "name", x: 0, y: bottom + 34 }, "its five trainings: accuracy in % by epoch"));
    for (const y of [0, 25, 50, 75, 100]) {
      svg.append(shape("path", { class: y ? "grid" : "axis", d: `M${box.left},${box.y(y)}H${box.right}` }));
      svg.append(shape("text", { x: box.left - 7, y: box.y(y) + 4.5, "text-anchor": "end" }, String(y)));
    }
    for (const x of [0, ...epochs.filter((epoch) => epoch % 2 === 0)])
      svg.append(shape("text", { x: box.x(x), y: box.bottom + 19, "text-anchor": "middle" }, String(x)));
    for (const curve of cell.curves) svg.append(shape("path", { class: "curve thin", d: path(curve.map((accuracy, k) => [box.x(epochs[k]), box.y(accuracy / 10)])) }));

    const [low, , , , high] = last(cell), [[, f], [, weights]] = [activations.find(([name]) => name === activation.value), inits.find(([name]) => name === init.value)];
    return `${f}, ${weights} weights, ${depth.value} hidden layer${depth.value > 1 ? "s" : ""}: after ten epochs ${number(middle(cell), 1)}% in the median of five networks (${number(low, 1)} to ${number(high, 1)}%). ` +
      `Before training, ${scientific(cell.arriving)} of the gradient arrived at the first layer.`;
  };
});

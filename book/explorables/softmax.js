// Softmax: logits to be dragged, the probabilities beside them, and below them the Jacobian.
"use strict";
explorables.add("softmax", (figure) => {
  const most = 5, { logits } = explorables.data.softmax;
  const names = logits.map((_, k) => String(k + 1));
  const temperatures = [0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10];

  const classes = figure.slider("classes", "Classes", { values: [3, 4, 5], start: 3 });
  const temperature = figure.slider("temperature", "Temperature T", { values: temperatures, start: 1 });
  const right = figure.choice("right", "The right class", { options: names.map((name) => [name, name]), start: "1" });
  const z = logits.map((start, k) => figure.slider(`z${k + 1}`, `Logit of class ${k + 1}`, { values: range(-most, most, 0.1), start, text: (z) => number(z, 1) }));

  classes.changed = () => {
    z.forEach((each, k) => { each.row.hidden = k >= classes.value; });
    [...right.input.options].forEach((option, k) => { option.hidden = option.disabled = k >= classes.value; });
    if (Number(right.value) > classes.value) right.value = "1";
  };
  right.changed = classes.changed;
  classes.changed();

  let rows;
  figure.drag((x, y) => {
    const k = Math.floor((y - rows.top) / rows.high);
    if (k >= 0 && k < classes.value && x < rows.right) figure.set(z[k], z[k].values[nearest(z[k].values, rows.inverse(x))]);
  });
  figure.svg.setAttribute("aria-label", "Logits on a line, their probabilities as bars, and the Jacobian as a table of numbers");

  const now = () => z.slice(0, classes.value).map((each) => each.value);

  figure.numbers = () => {
    const shown = now(), { p, jacobian } = compute(shown, temperature.value, 0);
    return {
      caption: "Logits, probabilities, and the Jacobian in rows",
      heads: ["class", "z", "p", ...shown.map((_, k) => `∂p/∂z${"₁₂₃₄₅"[k]}`)],
      rows: shown.map((z, k) => [names[k], number(z, 1), number(p[k], 3), ...jacobian[k].map((x) => number(x, 3))]),
    };
  };

  return (svg, width) => {
    const n = classes.value, T = temperature.value, shown = now();
    const { p, loss, jacobian } = compute(shown, T, Number(right.value) - 1);

    const high = 38, cell = 40, top = 30, half = Math.round(width * 0.46), table = top + n * high + 74;
    const height = table + n * cell + 4;
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", height);
    const left = panel([40, half], [0, 0], [-most, most], [0, 1]), bars = panel([half + 22, width - 52], [0, 0], [0, 1], [0, 1]);
    rows = { ...left, top, high };

    svg.append(shape("text", { class: "name", x: 0, y: 14 }, "class"), shape("text", { class: "name", x: left.x(0), y: 14, "text-anchor": "middle" }, "logit z"), shape("text", { class: "name", x: bars.left, y: 14 }, "probability p"));
    svg.append(shape("path", { class: "grid", d: `M${left.x(0)},${top}V${top + n * high}` }), shape("path", { class: "grid", d: `M${bars.left},${top}V${top + n * high}` }));
    for (const x of [-most, 0, most]) svg.append(shape("text", { x: left.x(x), y: top + n * high + 16, "text-anchor": "middle" }, number(x, 0)));
    shown.forEach((value, k) => {
      const y = top + (k + 0.5) * high;
      svg.append(
        shape("text", { class: "name", x: 8, y: y + 5 }, `${k + 1}${k + 1 === Number(right.value) ? " ✓" : ""}`),
        shape("path", { class: "grid", d: `M${left.left},${y}H${left.right}` }),
        shape("path", { class: "hand", d: `M${left.x(0)},${y}H${left.x(value)}` }),
        shape("circle", { class: "knob", cx: left.x(value), cy: y, r: 7 }),
        shape("rect", { class: "bar", x: bars.left, y: y - 11, width: Math.max(0.5, bars.x(p[k]) - bars.left), height: 22 }),
        shape("text", { class: "name", x: bars.x(p[k]) + 7, y: y + 5 }, number(p[k], 3)),
      );
    });

    const wide = Math.min(120, (width - 40) / n), largest = Math.max(...jacobian.flat().map(Math.abs));
    svg.append(shape("text", { class: "name", x: 0, y: table - 30 }, "Jacobian ∂p/∂z: p in rows, z in columns"));
    for (let k = 0; k < n; k++) {
      svg.append(shape("text", { x: 40 + (k + 0.5) * wide, y: table - 8, "text-anchor": "middle" }, `z${"₁₂₃₄₅"[k]}`));
      svg.append(shape("text", { x: 8, y: table + (k + 0.5) * cell + 4.5 }, `p${"₁₂₃₄₅"[k]}`));
      jacobian[k].forEach((value, j) => {
        const strength = largest && (0.34 * Math.abs(value)) / largest;
        svg.append(
          shape("rect", { class: value < 0 ? "cell below" : "cell", x: 40 + j * wide + 1, y: table + k * cell + 1, width: wide - 2, height: cell - 2, "fill-opacity": strength.toFixed(3) }),
          shape("text", { class: "entry", x: 40 + (j + 0.5) * wide, y: table + (k + 0.5) * cell + 4.5, "text-anchor": "middle" }, number(value, 3)),
        );
      });
    }
    return `The right class, ${right.value}, has the probability ${number(p[right.value - 1], 3)}, so the cross-entropy is ${number(loss, 3)}. ` +
      `The largest number in the Jacobian is ${number(largest, 3)}${largest < 0.005 ? ": next to nothing of a gradient passes" : ""}.`;
  };

  // The same as minigrad's softmax and cross_entropy; the browser's test compares them.
  function compute(z, T, right) {
    const d = z.map((each) => (each - Math.max(...z)) / T), total = d.reduce((sum, each) => sum + Math.exp(each), 0);
    const p = d.map((each) => Math.exp(each) / total), loss = Math.log(total) - d[right];
    return { p, loss, jacobian: p.map((pi, i) => p.map((pj, j) => (pi * ((i === j) - pj)) / T)) };
  }
});

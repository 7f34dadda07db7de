// Dying: the line of one unit on its way, and the loss below it; time is a slider.
"use strict";
explorables.add("dying", (figure) => {
  const { x, y, steps, rates, biases, units } = explorables.data.dying;

  const unit = figure.choice("unit", "Activation", { options: units.map(([name, label]) => [name, label]), start: "relu" });
  const rate = figure.slider("rate", "Learning rate", { values: rates, start: 0.3 });
  const bias = figure.slider("bias", "Bias at the start", { values: biases, start: 0, text: (b) => number(b, 2) });
  const step = figure.slider("step", "Step", { values: range(0, steps, 1), start: 0, wide: true });

  let below;
  figure.drag((pixel) => figure.set(step, Math.min(steps, Math.max(0, Math.round(below.inverse(pixel))))));
  figure.svg.setAttribute("aria-label", "Above, the examples and the line of the unit; below, its loss at each step");
  figure.foot.prepend(playButton());

  const leaking = () => units.find(([name]) => name === unit.value)[2];
  const f = (z) => (z > 0 ? z : leaking() * z);
  const trained = () => train(f, (z) => (z > 0 ? 1 : leaking()), rate.value, bias.value);

  figure.numbers = () => ({
    caption: "The unit before each step",
    heads: ["step", "w", "b", "loss", "active for"],
    rows: trained().map(({ w, b, loss, active }, k) => [String(k), number(w, 2), number(b, 2), number(loss, 3), String(active)]).filter((_, k) => k < 5 || k % 5 === 0),
  });

  return (svg, width) => {
    const leak = leaking(), course = trained(), now = course[step.value];

    const height = 456, across = [46, width - 10], high = Math.max(1, 1.1 * course[0].loss);
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", height);
    const above = panel(across, [274, 28], [0, 3.25], [-1, 3.4]);
    below = panel(across, [430, 336], [0, steps], [0, high]);
    frame(svg, above, [-1, 0, 1, 2, 3], [0, 1, 2, 3], "the unit's answer to x, and the examples", 0);
    frame(svg, below, ticks(0, high), [0, 15, 30, 45, 60], "loss at each step", high < 3 ? 1 : 0);

    for (const [name, box] of [["above", above], ["below", below]])
      svg.append(shape("clipPath", { id: `dying-${name}` }, shape("rect", { x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top })));
    const line = ({ w, b }) => path(range(0, 3.25, 0.025).map((x) => [above.x(x), above.y(clamp(f(w * x + b)))]));
    svg.append(
      shape("path", { class: "thread", "clip-path": "url(#dying-above)", d: line(course[0]) }),
      shape("path", { class: "hand thick", "clip-path": "url(#dying-above)", d: line(now) }),
    );
    x.forEach((x, k) => svg.append(shape("circle", { class: now.w * x + now.b > 0 ? "point" : "point off", cx: above.x(x), cy: above.y(y[k]), r: 5 })));
    svg.append(
      shape("path", { class: "curve", "clip-path": "url(#dying-below)", d: path(course.map(({ loss }, k) => [below.x(k), below.y(Math.min(2 * high, loss))])) }),
      shape("path", { class: "thread", d: `M${below.x(step.value)},${below.top}V${below.bottom}` }),
      shape("circle", { class: "knob", cx: below.x(step.value), cy: below.y(Math.min(high, now.loss)), r: 7 }),
    );

    const words = `Step ${step.value}: w = ${number(now.w, 2)}, b = ${number(now.b, 2)}, loss ${number(now.loss, 3)}. `;
    if (now.active) return `${words}The unit is active for ${now.active} of ${x.length} examples (filled).`;
    if (!leak) return `${words}It is active for none of the examples: the gradient is 0, and it stays where it is. It is dead.`;
    return `${words}It is active for none of the examples, but ${leak} of the gradient leaks through, so it still moves.`;
  };

  // Gradient descent on the mean of (a − y)²; the browser's test compares it with minigrad's.
  function train(f, slope, rate, b) {
    let w = 1;
    return range(0, steps, 1).map(() => {
      const z = x.map((x) => w * x + b), errors = z.map((z, k) => f(z) - y[k]), mean = (of) => z.reduce((sum, _, k) => sum + of(k), 0) / z.length;
      const now = { w, b, loss: mean((k) => errors[k] ** 2), active: z.filter((z) => z > 0).length };
      const delta = (k) => 2 * errors[k] * slope(z[k]);
      [w, b] = [w - rate * mean((k) => delta(k) * x[k]), b - rate * mean(delta)];
      return now;
    });
  }

  function clamp(a) { return Math.max(-50, Math.min(50, a)); } // far outside, where no browser draws well

  function frame(svg, box, vertical, horizontal, name, decimals) {
    for (const y of vertical) {
      svg.append(shape("path", { class: y ? "grid" : "axis", d: `M${box.left},${box.y(y)}H${box.right}` }));
      svg.append(shape("text", { x: box.left - 7, y: box.y(y) + 4.5, "text-anchor": "end" }, number(y, decimals)));
    }
    for (const x of horizontal) svg.append(shape("text", { x: box.x(x), y: box.bottom + 19, "text-anchor": "middle" }, String(x)));
    svg.append(shape("text", { class: "name", x: 0, y: box.top - 12 }, name));
  }

  // Moves the slider to the end; at once, where no motion is wanted.
  function playButton() {
    const button = element("button", { type: "button" }, "Play");
    let timer;
    const stop = () => { clearInterval(timer); timer = undefined; button.textContent = "Play"; };
    button.addEventListener("click", () => {
      if (timer) return stop();
      if (matchMedia("(prefers-reduced-motion: reduce)").matches) return figure.set(step, steps);
      if (step.value === steps) figure.set(step, 0);
      button.textContent = "Stop";
      timer = setInterval(() => { figure.set(step, step.value + 1); if (step.value === steps) stop(); }, 120);
    });
    return button;
  }
});

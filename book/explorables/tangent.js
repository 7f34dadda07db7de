// Tangent: a curve, its slope below it, and the line that touches it where the reader points.
"use strict";
explorables.add("tangent", (figure) => {
  const { lim, step, flat, decimals, activations } = explorables.data.tangent;
  const places = range(-lim, lim, step);
  const numbers = (differences) => { let sum = 0; return differences.map((d) => (sum += d) / 10 ** decimals); };
  const chosen = () => activations.find(({ name }) => name === activation.value);

  const activation = figure.choice("activation", "Activation", { options: activations.map(({ name, label }) => [name, label]), start: "sigmoid" });
  const option = figure.slider("option", "", { values: [0], start: 0 });
  const z = figure.slider("z", "Input z", { values: places, start: 1, wide: true, text: (z) => number(z, 2) });

  activation.changed = () => {
    const { option: symbol, settings, default: start } = chosen();
    option.row.hidden = !symbol;
    option.name.textContent = symbol ?? "";
    option.offer(settings.map(({ setting }) => setting ?? 0), start ?? 0);
  };
  activation.changed();

  let above;
  figure.drag((x) => figure.set(z, places[nearest(places, above.inverse(x))]));
  figure.svg.setAttribute("aria-label", "An activation's curve with its tangent at z, and below it the curve of its slope");

  const set = () => chosen().settings.find(({ setting = 0 }) => setting === option.value);

  figure.numbers = () => {
    const f = numbers(set().value), slope = numbers(set().slope);
    return {
      caption: "Values and slopes",
      heads: ["z", "f(z)", "f′(z)"],
      rows: range(-lim, lim, 1).map((z) => [number(z, 0), number(f[places.indexOf(z)], decimals), number(slope[places.indexOf(z)], decimals)]),
    };
  };

  return (svg, width) => {
    const setting = set();
    const f = numbers(setting.value), slope = numbers(setting.slope), i = places.indexOf(z.value);
    const corner = setting.corners.find(([at]) => at === z.value);
    const small = slope.map((s) => Math.abs(s) < flat * setting.steepest);

    const height = 464, across = [46, width - 10];
    svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    svg.setAttribute("height", height);
    above = panel(across, [232, 28], [-lim, lim], room(f));
    const below = panel(across, [418, 284], [-lim, lim], room(slope));

    for (const [box, y, name] of [[above, f, "value f(z)"], [below, slope, "slope f′(z)"]]) {
      for (const [from, to] of stretches(small)) {
        const left = box.x(places[from]), right = box.x(places[to]);
        svg.append(shape("rect", { class: "shade", x: left, y: box.top, width: Math.max(right - left, 1), height: box.bottom - box.top }));
      }
      frame(svg, box, room(y), name);
    }
    for (const x of [-lim, -lim / 2, 0, lim / 2, lim])
      svg.append(shape("text", { x: below.x(x), y: below.bottom + 19, "text-anchor": "middle" }, number(x, 0)));
    if (small.includes(true)) svg.append(shape("text", { x: width < 400 ? 0 : below.left, y: height - 4 }, `shaded: slope under ${100 * flat}% of its maximum`));

    const here = [above.x(z.value), above.y(f[i])], bend = below.y(slope[i]);
    svg.append(shape("clipPath", { id: "tangent-window" }, shape("rect", { x: above.left, y: above.top, width: above.right - above.left, height: above.bottom - above.top })));
    svg.append(
      shape("path", { class: "curve", d: path(places.map((x, k) => [above.x(x), above.y(f[k])])) }),
      shape("path", { class: "curve", d: path(withJumps(places, slope, setting.corners).map(([x, s]) => [below.x(x), below.y(s)])) }),
      shape("path", { class: "thread", d: path([here, [here[0], bend]]) }),
      shape("path", { class: "hand", "clip-path": "url(#tangent-window)", d: path([-lim, lim].map((x) => [above.x(x), above.y(f[i] + slope[i] * (x - z.value))])) }),
      shape("circle", { class: "knob", cx: here[0], cy: here[1], r: 7 }),
      shape("circle", { class: "knob", cx: here[0], cy: bend, r: 7 }),
    );

    const share = Math.abs(slope[i]) / setting.steepest;
    const what = `At z = ${number(z.value, 2)}, ${chosen().label} has the value ${number(f[i], decimals)} and the slope ${number(slope[i], decimals)}, `;
    if (corner) return `${what}as the library chooses: here is a corner, with slope ${number(corner[1], 2)} on its left and ${number(corner[2], 2)} on its right.`;
    return `${what}${number(100 * share, share < 0.1 ? 1 : 0)}% of the largest.${small[i] ? " Next to nothing of a gradient passes." : ""}`;
  };

  function room(y) { // the values with a little air, 0 among them
    const low = Math.min(0, ...y), high = Math.max(0, ...y), air = 0.06 * (high - low);
    return [low - air, high + air];
  }

  function frame(svg, box, [low, high], name) {
    for (const y of ticks(low, high)) {
      const zero = Math.abs(y) < 1e-9;
      svg.append(shape("path", { class: zero ? "axis" : "grid", d: `M${box.left},${box.y(y)}H${box.right}` }));
      svg.append(shape("text", { x: box.left - 7, y: box.y(y) + 4.5, "text-anchor": "end" }, number(y, high - low > 4 ? 0 : high - low > 0.6 ? 1 : 2)));
    }
    svg.append(shape("path", { class: "grid", d: `M${box.x(0)},${box.top}V${box.bottom}` }));
    svg.append(shape("text", { class: "name", x: box.left, y: box.top - 10 }, name));
  }

  function stretches(small) { // from where to where it is true
    const found = [];
    small.forEach((is, k) => { if (is && !small[k - 1]) found.push([k, k]); if (is) found.at(-1)[1] = k; });
    return found;
  }

  function withJumps(places, slope, corners) { // at a corner, the slope on either side
    return places.flatMap((x, k) => {
      const corner = corners.find(([at]) => at === x);
      return corner ? [[x, corner[1]], [x, corner[2]]] : [[x, slope[k]]];
    });
  }
});

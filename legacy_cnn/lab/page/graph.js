// The graph: click what you want to fetch, and see what this run needed.

import { work } from "./ask.js";
import * as feed from "./feed.js";
import { drawn, element, failed, find, histogram, latest, pictures, short, shownPlace } from "./parts.js";

const COLUMNS = { forward: "Forward", variables: "Variables", gradients: "Gradients", adam: "Adam" };
const FILLS = { none: "computed", zeros: "zeros", ones: "ones", noise: "random numbers", numbers: "these numbers" };

const state = { chosen: "add_3", instead: {}, answer: null, everything: false, times: false };
let drawing = null;
let whenChosen = () => {};

export function begin(graph, onChoice) { drawing = graph; whenChosen = onChoice; }
const operation = (name) => drawing.operations.find((one) => one.name === name);

export function show(panel) {
  const toggle = (key, label) => element("label", {}, element("input", {
    type: "checkbox", checked: state[key], onchange: (event) => { state[key] = event.target.checked; show(panel); run(); },
  }), ` ${label}`);
  const grid = element("div", { class: "grid" }, ...heads(), ...drawing.rows.flatMap(rowOf));
  const graph = element("div", { class: "graph", tabindex: 0, role: "region", "aria-label": "The graph" }, grid);
  panel.replaceChildren(
    element("p", {}, "Click an operation: the session runs, and what this run needed lights up. The rest stays dark."),
    element("div", { class: "tools" },
      element("button", { onclick: () => choose("Mean") }, "Fetch the loss"),
      element("button", { onclick: () => choose("add_3") }, "Fetch the logits"),
      element("button", { onclick: () => choose("Adam") }, "Run a step of Adam"),
      toggle("everything", "all operations, also small ones"), toggle("times", "times")),
    element("div", { class: "split" }, graph, element("div", { class: "value", id: "value", "aria-live": "polite" })),
  );
  requestAnimationFrame(edges);
  light();
  value();
}

function heads() {
  return ["Line", ...Object.values(COLUMNS)].map((title) => element("div", { class: "head" }, title));
}

function rowOf(row) {
  const cells = Object.keys(COLUMNS).map((column) => {
    const own = drawing.operations.filter((one) => one.row === row.name && one.column === column);
    const small = state.everything ? own.filter((one) => !one.large) : [];
    return element("div", { class: "cell", "data-column": column },
      ...own.filter((one) => one.large).map(chip),
      small.length ? element("div", { class: "small" }, ...small.map(chip)) : null);
  });
  return [element("div", { class: "row", title: row.code }, row.name, element("small", {}, row.title)), ...cells];
}

const shapeOf = (one) => (one.shape === "?" ? "any shape" : one.shape);

function chip(one) {
  const short = one.name.replace(/^(gradients\/)?(dropout\/)?/, "").replace(/softmax_cross_entropy_with_logits_sg/g, "softmax…")
    .replace(/\/tuple\/control_dependency/, "").replace(/\/Random(Uniform|StandardNormal)$/, "").replace(/^Adam\/update_(\w+)\/.*/, "update $1");
  const label = one.large
    ? [short, element("small", {}, shapeOf(one) || one.type)]
    : [one.type];
  return element("button", {
    class: one.large ? "chip" : "chip tiny", "data-name": one.name, title: `${one.name} (${one.type}) ${shapeOf(one)}`,
    onclick: () => choose(one.name),
  }, ...label);
}

export function choose(name) {
  state.chosen = name;
  whenChosen(operation(name).row);
  return run();
}

export const hasRun = () => state.answer !== null;

export const run = latest(async () => {
  const { published, ...request } = feed.request();
  if (published) request.keep_prob = 0.8;
  try {
    state.answer = await work("fetch", { ...request, fetch: state.chosen, instead: state.instead, times: state.times }, shownPlace);
  } catch (error) {
    forgetNumbers();
    failed(error);
    return;
  }
  light();
  value();
});

function light() {
  const needed = new Set(state.answer?.needed || []);
  const missing = new Set(state.answer?.missing || []);
  const fed = new Set(state.answer?.fed || []);
  for (const one of document.querySelectorAll(".chip")) {
    const { name } = one.dataset;
    one.classList.toggle("lit", needed.has(name));
    one.classList.toggle("missing", missing.has(name));
    one.classList.toggle("chosen", name === state.chosen);
    one.classList.toggle("fed", fed.has(name));
    one.setAttribute("aria-current", name === state.chosen ? "true" : "false");
  }
  for (const path of document.querySelectorAll("svg.edges path")) {
    const { from, to } = path.dataset;
    path.classList.toggle("lit", needed.has(to) && (needed.has(from) || fed.has(from)));
  }
}

function edges() {
  const grid = find(".grid");
  if (!grid) return;
  grid.querySelector("svg")?.remove();
  const origin = grid.getBoundingClientRect();
  const boxes = new Map([...grid.querySelectorAll(".chip")].map((one) => [one.dataset.name, one.getBoundingClientRect()]));
  const paths = drawing.operations.filter((one) => one.large && one.name !== "init").flatMap((one) =>
    one.from.filter((name) => boxes.has(name)).map((name) => edge(name, one.name, boxes, origin)));
  const svg = drawn("svg", { class: "edges", width: grid.scrollWidth, height: grid.scrollHeight, "aria-hidden": "true" }, ...paths);
  grid.prepend(svg);
  light();
}

function edge(from, to, boxes, origin) {
  const [start, end] = [boxes.get(from), boxes.get(to)];
  const isDown = Math.abs(start.left - end.left) < 60;
  const [x1, y1] = isDown ? [start.left + 14, start.top < end.top ? start.bottom : start.top]
    : [start.left < end.left ? start.right : start.left, start.top + start.height / 2];
  const [x2, y2] = isDown ? [end.left + 14, start.top < end.top ? end.top : end.bottom]
    : [start.left < end.left ? end.left : end.right, end.top + end.height / 2];
  const [a, b, c, d] = [x1 - origin.left, y1 - origin.top, x2 - origin.left, y2 - origin.top];
  const middle = (a + c) / 2;
  const path = isDown ? `M${a} ${b}L${c} ${d}` : `M${a} ${b}C${middle} ${b} ${middle} ${d} ${c} ${d}`;
  return drawn("path", { d: path, "data-from": from, "data-to": to });
}

function value() {
  const place = find("#value");
  if (!place) return;
  const { answer, chosen } = state;
  const one = operation(chosen);
  const parts = [
    element("h3", {}, element("code", {}, chosen)),
    element("p", { class: "quiet" }, `${one.type}${one.shape ? `, ${shapeOf(one)}` : ""}`),
  ];
  if (answer) parts.push(...told(answer));
  else {
    parts.splice(0, 2, element("h3", {}, "Nothing has run yet"),
      element("p", {}, `The graph is built: ${drawing.operations.length} operations, and no operation has a value. Click one: the session runs it, and what it is computed from.`));
  }
  if (answer && one.shape && !one.type.startsWith("Var")) parts.push(instead(one));
  place.replaceChildren(...parts);
}

const NAMES = { Placeholder: "x", Placeholder_1: "y", Placeholder_2: "keep_prob" };

function given(fed) {
  if (!fed.length) return "It used nothing that was fed.";
  return `Of what was fed, it used ${fed.map((name) => NAMES[name] || name).join(", ")}.`;
}

const ticked = (name) => `[name=fed][value=${CSS.escape(name)}]`;
const feeding = (name) => element("button", { onclick: () => find(ticked(name)).click() }, `Feed ${name}`);

function told(answer) {
  const count = element("p", {}, `This run ${answer.error ? "needs" : "needed"} ${answer.needed.length} of ${drawing.operations.length} operations. ${given(answer.fed)}`);
  if (answer.error) {
    const names = answer.missing.map((name) => NAMES[name] || name);
    return [count, element("p", { class: "bad" }, "TensorFlow says:"), element("pre", {}, answer.error),
      ...(names.length ? [element("p", {}, `Not fed: ${names.join(", ")}. A placeholder has no value of its own. Feed it, or fetch what does not need it.`),
        element("div", { class: "tools" }, ...names.filter((name) => find(ticked(name))).map(feeding))] : [])];
  }
  const parts = [count];
  if (answer.changed) parts.push(element("p", { class: "good" }, "It changed variables: the weights are your own now."));
  if (answer.times) parts.push(times(answer.times));
  if (answer.value === null) return [...parts, element("p", {}, "An operation without a value: it was run.")];
  return [...parts, ...shown(answer.value)];
}

function shown(value) {
  const parts = [element("p", {}, `shape (${value.shape.join(", ")}), ${value.dtype}`)];
  if (value.not_finite) parts.push(element("p", { class: "bad" }, `${short(value.not_finite)} numbers are not finite.`));
  if ("mean" in value && value.numbers.length > 1) {
    parts.push(element("p", {}, `mean ${short(value.mean)}, standard deviation ${short(value.deviation)}`));
    parts.push(histogram(value.histogram, value.edges));
  }
  if (value.pictures) parts.push(element("p", { class: "quiet" }, value.of), pictures(value));
  const numbers = value.numbers.map((one) => (typeof one === "number" ? short(one) : String(one)));
  const total = value.shape.reduce((product, size) => product * size, 1);
  parts.push(element("pre", { class: "numbers" }, numbers.join("  ") + (total > numbers.length ? " …" : "")));
  return parts;
}

function times(measured) {
  const slowest = Object.entries(measured).sort((one, other) => other[1] - one[1]).slice(0, 8);
  const rows = slowest.map(([name, micros]) => element("tr", {}, element("td", {}, element("code", {}, name)),
    element("td", { class: "number" }, `${short(micros)} µs`)));
  return element("details", { open: true }, element("summary", {}, "Times of this run"),
    element("p", { class: "quiet" }, "From RunMetadata, with graph rewrites off: otherwise TensorFlow fuses operations."),
    element("table", {}, element("tbody", {}, ...rows)));
}

// Feeds a tensor in place of computing it.
function instead(one) {
  const fill = state.instead[one.name]?.fill || "none";
  const numbers = element("input", { id: "numbers", size: 24, "aria-label": "Numbers", hidden: fill !== "numbers",
    value: (state.instead[one.name]?.numbers || []).join(" "),
    onchange: (event) => set(one.name, { fill: "numbers", numbers: event.target.value.split(/[\s,]+/).filter(Boolean).map(Number) }) });
  const select = element("select", { "aria-label": "Feed instead", onchange: (event) => {
    if (event.target.value === "numbers") { numbers.hidden = false; numbers.focus(); return; }
    set(one.name, event.target.value === "none" ? null : { fill: event.target.value });
  } }, ...Object.entries(FILLS).map(([key, label]) => element("option", { value: key, selected: key === fill }, label)));
  return element("div", {}, element("h3", {}, "Feed it instead"),
    element("p", { class: "quiet" }, "Any tensor can be fed. What only computes it goes dark. With numbers, as many as its shape has."),
    element("div", { class: "tools" }, select, numbers));
}

function set(name, fill) {
  if (fill) state.instead[name] = fill; else delete state.instead[name];
  run();
}

// Numbers that a tensor does not take must not stop other runs.
function forgetNumbers() {
  for (const [name, { fill }] of Object.entries(state.instead)) {
    if (fill === "numbers") delete state.instead[name];
  }
}

export function forget() { state.instead = {}; state.answer = null; state.chosen = "add_3"; }

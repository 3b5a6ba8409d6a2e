// Training: step, run, pause; with a mistake switched on; and the dialects side by side.

import { work } from "./ask.js";
import { chart, element, failed, find, pictures, short, shownPlace } from "./parts.js";

const LAYERS = ["W_conv1", "W_conv2", "W_fc", "out_W"];
const state = { variant: "tutorial", beginning: "scaled", points: [], filters: null, running: false, anew: true, error: null, beside: null };
let variants = {};
let panel = null;
let whenTrained = () => {};

export function begin(known, onTrained) { variants = known; whenTrained = onTrained; }

export function forget() { Object.assign(state, { points: [], filters: null, running: false, anew: true, error: null, beside: null }); }

export function show(place) {
  panel = place;
  const choice = (key, options, label) => element("label", {}, `${label} `, element("select", {
    id: `choice-${key}`, onchange: (event) => { forget(); state[key] = event.target.value; show(panel); },
  }, ...Object.entries(options).map(([name, title]) => element("option", { value: name, selected: state[key] === name }, title))));
  const titles = Object.fromEntries(Object.entries(variants).map(([name, one]) => [name, one.title]));
  panel.replaceChildren(
    element("p", {}, "Batches of 128 images, Adam at 0.001, dropout at a keep probability of 0.8: the tutorial's. The weights become your own."),
    element("div", { class: "tools" }, choice("variant", titles, "Mistake"),
      choice("beginning", { scaled: "scaled to the layers", published: "N(0, 1), as published" }, "First weights")),
    element("p", { class: "quiet", id: "says" }, variants[state.variant].says),
    element("div", { class: "tools" },
      element("button", { id: "step", onclick: () => advance(1) }, "Step"),
      element("button", { id: "run", onclick: toggle }, state.running ? "Pause" : "Run"),
      element("button", { id: "anew", onclick: () => { forget(); show(panel); } }, "Begin anew"),
      element("button", { id: "beside", onclick: beside }, "Five steps in each dialect")),
    element("div", { id: "trained", "aria-live": "polite" }),
    element("div", { id: "dialects", "aria-live": "polite" }),
  );
  results();
}

async function toggle() {
  state.running = !state.running;
  find("#run").textContent = state.running ? "Pause" : "Run";
  while (state.running && (await advance(10)));
}

async function advance(steps) {
  const { variant, beginning, anew } = state;
  try {
    const answer = await work("train", { variant, beginning, steps, anew }, shownPlace);
    if (variant !== state.variant || beginning !== state.beginning) return false;
    if (answer.error) {
      state.error = answer;
      state.running = false;
    } else {
      state.anew = false;
      state.points.push(answer);
      state.filters = answer.filters;
      whenTrained();
    }
    results();
    return !answer.error;
  } catch (error) {
    state.running = false;
    failed(error);
    results();
    return false;
  }
}

function results() {
  const place = find("#trained");
  if (!place) return;
  const button = find("#run");
  if (button) button.textContent = state.running ? "Pause" : "Run";
  if (state.error) {
    place.replaceChildren(element("p", { class: "bad" }, `TensorFlow refuses, ${state.error.when}:`), element("pre", {}, state.error.error));
    return;
  }
  if (state.points.length) place.replaceChildren(...measured());
  else place.replaceChildren();
  dialects();
}

function measured() {
  const { points } = state;
  const last = points.at(-1);
  const losses = points.flatMap((one) => one.losses.map((loss, at) => [one.step - one.losses.length + at + 1, loss]));
  const of = (key) => points.map((one) => [one.step, one[key]]);
  const norms = Object.fromEntries(LAYERS.map((name) => [name, points.map((one) => [one.step, one.norms[name]])]));
  return [
    element("p", {}, `Step ${last.step}: loss ${short(last.losses.at(-1))}; of 500 test images ${(100 * last.off).toFixed(1)} % right `
      + `as evaluated, ${(100 * last.on).toFixed(1)} % with the dropout on; ${(1000 * last.seconds).toFixed(0)} ms a step.`),
    element("div", { class: "charts" },
      chart("Loss", { loss: losses }, { logarithmic: true }),
      chart("Accuracy", { "as evaluated": of("off"), "dropout on": of("on") }),
      chart("Norms of the gradients", norms, { logarithmic: true })),
    element("h3", {}, "Filters of the first convolution"), pictures(state.filters),
  ];
}

async function beside() {
  try {
    state.beside = await work("side-by-side", { beginning: state.beginning }, shownPlace);
    dialects();
  } catch (error) { failed(error); }
}

function dialects() {
  const place = find("#dialects");
  if (!place || !state.beside) { place?.replaceChildren(); return; }
  const all = Object.values(state.beside);
  const heads = ["", ...all[0].losses.map((_, at) => `loss, step ${at + 1}`), "first step", "each step"];
  const rows = all.map((one) => element("tr", {}, element("th", { scope: "row" }, one.title),
    ...one.losses.map((loss) => element("td", { class: "number" }, short(loss))),
    element("td", { class: "number" }, `${short(Math.round(1000 * one.first))} ms`),
    element("td", { class: "number" }, `${short(Math.round(1000 * one.seconds))} ms`)));
  place.replaceChildren(element("h3", {}, "Side by side"),
    element("p", { class: "quiet" }, "The same weights, images and noise. In the first step of tf.function and Keras, TensorFlow traces."),
    element("div", { class: "runs", tabindex: 0, role: "region", "aria-label": "Dialects side by side" },
      element("table", {}, element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
        element("tbody", {}, ...rows))));
}

// Puts the page together: the left side feeds, the tabs fetch, show code, train and search.

import { facts, isRecorded, tell, useRecorded } from "./ask.js";
import * as code from "./code.js";
import * as feed from "./feed.js";
import * as graph from "./graph.js";
import { failed, find } from "./parts.js";
import * as search from "./search.js";
import * as train from "./train.js";

const TABS = ["graph", "code", "train", "search"];
const panel = find("#panel");
let tab = "graph";
let row = "logits";
let lab = null;

function open(name, isFocused = false) {
  tab = name;
  for (const one of TABS) {
    const button = find(`#tab-${one}`);
    button.setAttribute("aria-selected", String(one === name));
    button.tabIndex = one === name ? 0 : -1;
    if (one === name && isFocused) button.focus();
  }
  panel.setAttribute("aria-labelledby", `tab-${name}`);
  const shows = {
    graph: () => graph.show(panel),
    code: () => code.show(panel, lab.drawing.rows, lab.programs, row, (chosen) => { row = chosen; open("code"); }),
    train: () => train.show(panel),
    search: () => search.show(panel),
  };
  shows[name]();
}

function tabs() {
  TABS.forEach((name, at) => {
    const button = find(`#tab-${name}`);
    button.addEventListener("click", () => open(name));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) open(TABS[(at + step + TABS.length) % TABS.length], true);
    });
  });
}

// Says which weights the session holds.
async function told() {
  const { training, own, own_weights: others, most_own: most, step } = await facts("api/state");
  find("#training").textContent = said(training, own, step, others, most);
  return training;
}

// Watches the training that comes first, and what others do.
async function watch() {
  try {
    const training = await told();
    if (training.step < training.steps && !training.failed) {
      if (training.step % 4 === 0 && feed.hasRun()) feed.answer();
      setTimeout(watch, 700);
    } else setTimeout(watch, 5000);
  } catch (error) {
    failed(error);
    setTimeout(watch, 5000);
  }
}

function said(training, own, step, others, most) {
  if (isRecorded()) {
    return "This page has recorded answers of the real graph, for a dozen digits. The lab itself, legacy-cnn lab, "
      + "answers to your own drawing, feeds what you like, and trains.";
  }
  if (training.failed) return `The first training has failed: ${training.failed}`;
  if (training.step < training.steps) {
    const accuracy = training.accuracy === null ? "" : `, ${(100 * training.accuracy).toFixed(1)} % of test images right`;
    return `A net is being trained: step ${training.step} of ${training.steps}, loss ${(training.loss ?? 0).toFixed(2)}${accuracy}. `
      + "Draw meanwhile, and watch the answer change.";
  }
  const whose = own ? `your own weights${step ? `, after ${step} ${step === 1 ? "step" : "steps"}` : ""}` : "the weights that every browser starts with";
  const memory = others > 1 ? ` ${others} of at most ${most} browsers have weights of their own, 39 MB each.` : "";
  return `The session holds ${whose}.${memory}`;
}

async function begin() {
  const { recorded } = document.documentElement.dataset;
  if (recorded) useRecorded(await (await import("./recorded.js")).load(recorded));
  lab = await facts("api/lab");
  graph.begin(lab.drawing, (chosen) => { row = chosen; });
  train.begin(lab.variants, () => { feed.answer(); });
  search.begin(lab);
  tabs();
  feed.begin(lab.tests, () => { if (tab === "graph" && graph.hasRun()) graph.run(); });
  for (const box of document.querySelectorAll("[name=fed], #label")) {
    box.addEventListener("change", () => {
      feed.answer();
      if (tab === "graph") graph.run();
    });
  }
  find("#larger").addEventListener("click", (event) => {
    const isLarge = document.documentElement.classList.toggle("large");
    event.target.setAttribute("aria-pressed", String(isLarge));
    open(tab);
  });
  find("#reset").addEventListener("click", async () => {
    await tell("reset", {});
    await told();
    graph.forget();
    train.forget();
    search.forget();
    open("graph");
    if (feed.hasRun()) feed.answer();
  });
  open("graph");
  watch();
}

begin().catch(failed);

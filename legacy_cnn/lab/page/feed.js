// The left side: what is fed, and what the network answers.

import { facts, work } from "./ask.js";
import * as pad from "./pad.js";
import { bars, element, failed, find, latest, shownPlace, text } from "./parts.js";

// What the listing kept, whatever was fed.
const PUBLISHED = 0.8;

// A share that moves by less than this is shown as one that stands still.
const SEEN = 0.005;

let lastRuns = null;

export function request() {
  return {
    image: text(pad.image()),
    label: Number(find("#label").value),
    keep_prob: Number(find("#keep").value),
    published: find("#published").checked,
    fed: [...document.querySelectorAll("[name=fed]:checked")].map((box) => box.value),
  };
}

export const answer = latest(async (runs = 1) => {
  const { fed } = request();
  const missing = ["x", "keep_prob"].filter((name) => !fed.includes(name));
  if (missing.length) {
    find("#bars").replaceChildren(element("p", { class: "bad" }, `Not fed: ${missing.join(", ")}. Fetch the logits to read what TensorFlow says.`));
    find("#runs").replaceChildren();
    find("#why").textContent = "";
    return;
  }
  try {
    const asked = { ...request(), runs };
    const answered = await work("predict", asked, runs > 1 ? shownPlace : () => {});
    lastRuns = { ...answered, kept: asked.published ? PUBLISHED : asked.keep_prob };
    show();
  } catch (error) { failed(error); }
});

const spreadOf = (rows) => rows[0].map((_, digit) => {
  const column = rows.map((row) => row[digit] ?? NaN);
  return Math.max(...column) - Math.min(...column);
});

// Why the answer flickers, or why it does not.
function why({ kept, probabilities }) {
  if (probabilities.flat().includes(null)) return "The answer is NaN: with these weights, the network has none.";
  if (kept === 1) return "keep_prob is 1: no unit is dropped, and every run gives the same answer.";
  const drawn = `keep_prob is ${kept}: each run draws anew which of the 1,024 units of fc it keeps.`;
  if (probabilities.length === 1) return `${drawn} Run it again.`;
  if (Math.max(...spreadOf(probabilities)) >= SEEN) return `${drawn} So the answer flickers.`;
  return `${drawn} This answer is so clear that its shares stand all the same. Look at the logits, or take a digit whose answer wavers.`;
}

function show() {
  if (!lastRuns) return;
  const isLogits = find("#logits").checked;
  const rows = isLogits ? lastRuns.logits : lastRuns.probabilities;
  find("#bars").replaceChildren(...bars(rows.at(-1), !isLogits));
  find("#kept").textContent = String(lastRuns.kept);
  find("#why").textContent = why(lastRuns);
  const place = find("#runs");
  if (rows.length === 1) { place.replaceChildren(); return; }
  const spread = spreadOf(rows);
  const shown = (value) => ((isLogits ? 1 : 100) * (value ?? NaN)).toFixed(1);
  const heads = rows[0].map((_, digit) => element("th", { scope: "col" }, String(digit)));
  const body = rows.map((row, at) => element("tr", {}, element("th", { scope: "row" }, `run ${at + 1}`),
    ...row.map((value) => element("td", { class: "number" }, shown(value)))));
  const last = element("tr", {}, element("th", { scope: "row" }, "spread"),
    ...spread.map((value) => element("td", { class: "number good" }, shown(value))));
  place.replaceChildren(element("div", { class: "runs", tabindex: 0, role: "region", "aria-label": "Runs" },
    element("table", {}, element("thead", {}, element("tr", {}, element("th", {}, isLogits ? "logits" : "%"), ...heads)),
      element("tbody", {}, ...body, last))));
}

async function digit(at) {
  const found = await facts(`api/digit?at=${at}`);
  find("#label").value = String(found.label);
  pad.show(found.image);
  const named = `Image ${at}, label ${found.label}`;
  find("#offered").textContent = `${named}.`;
  return named;
}

async function wavering() {
  const found = await work("wavering", {}, shownPlace);
  const choice = found[Math.floor(Math.random() * found.length)];
  const named = await digit(choice.at);
  setKeep(0.8);
  find("#offered").textContent = `${named}: with a keep probability of 0.8, a share moves by up to `
    + `${(100 * choice.spread).toFixed(0)} % from run to run. For most digits it hardly does.`;
}

async function photograph(file) {
  pad.show((await work("picture", file, shownPlace)).image);
  find("#offered").textContent = `The label is still ${find("#label").value}: choose the digit of the photograph.`;
}

function setKeep(value) {
  find("#keep").value = String(value);
  find("#keep-shown").textContent = Number(value).toFixed(2);
}

export const hasRun = () => lastRuns !== null;

export function begin(tests, onChange) {
  pad.whenChanged((isOwn) => {
    if (isOwn) find("#offered").textContent = `The label is still ${find("#label").value}: choose the digit that you drew.`;
    if (lastRuns) answer();
    else find("#bars").replaceChildren(element("p", { class: "quiet" }, "Nothing has run yet."));
    onChange();
  });
  const safely = (call) => (event) => Promise.resolve(call(event)).catch(failed);
  find("#clear").addEventListener("click", pad.clear);
  find("#save").addEventListener("click", pad.save);
  find("#any").addEventListener("click", safely(() => digit(Math.floor(Math.random() * tests))));
  find("#wavering").addEventListener("click", safely(wavering));
  find("#again").addEventListener("click", () => answer());
  find("#twelve").addEventListener("click", () => answer(12));
  find("#logits").addEventListener("change", show);
  find("#keep").addEventListener("input", () => { setKeep(Number(find("#keep").value)); answer(); onChange(); });
  find("#published").addEventListener("change", () => {
    const isPublished = find("#published").checked;
    find("#keep").disabled = isPublished;
    find("#keep-shown").textContent = (isPublished ? PUBLISHED : Number(find("#keep").value)).toFixed(2);
    answer();
  });
  find("#photo").addEventListener("change", safely(async () => {
    const [file] = find("#photo").files;
    find("#photo").value = "";
    if (file) await photograph(file);
  }));
  for (const one of ["dragover", "drop"]) {
    find("#pad").addEventListener(one, (event) => event.preventDefault());
  }
  find("#pad").addEventListener("drop", safely(async (event) => {
    const [file] = event.dataTransfer.files;
    if (file) await photograph(file);
  }));
  digit(0).catch(failed);
}

// The code of what was just clicked: in TensorFlow 1, eager, and under tf.function.

import { work } from "./ask.js";
import * as feed from "./feed.js";
import { element, failed, shownPlace } from "./parts.js";

const TITLES = { graph: "TensorFlow 1: a graph in a session", eager: "TensorFlow 2: eager", function: "TensorFlow 2: tf.function" };
const SAYS = {
  graph: "Python's print runs when the graph is built, once: it shows a tensor without a value.",
  eager: "Every line computes at once, in each step: print shows values.",
  function: "print runs when the function is traced: in the first step, and not in the second.",
};

export function show(panel, rows, programs, name, choose) {
  const row = rows.find((one) => one.name === name);
  const { programs: texts, note } = programs[name];
  const select = element("select", { "aria-label": "Line of the tutorial", onchange: (event) => choose(event.target.value) },
    ...rows.map((one) => element("option", { value: one.name, selected: one.name === name }, `${one.name}: ${one.title}`)));
  const parts = Object.entries(texts).map(([dialect, text]) => program(name, dialect, text));
  panel.replaceChildren(
    element("div", { class: "tools" }, select),
    element("p", { class: "quiet" }, "The line of the tutorial:"), element("pre", { id: "line" }, row.code),
    parts.length ? element("div", { class: "three" }, ...parts)
      : element("p", {}, "This line is no computation of its own. Choose another one to run it by itself."),
    parts.length ? element("p", { class: "quiet" }, note) : "",
  );
}

function program(row, dialect, text) {
  const printed = element("pre", { class: "printed", "aria-live": "polite" }, "");
  printed.hidden = true;
  const run = async () => {
    try {
      const { image, label } = feed.request();
      const answer = await work("run", { row, dialect, image, label }, shownPlace);
      printed.hidden = false;
      printed.textContent = answer.printed.join("\n");
    } catch (error) { failed(error); }
  };
  return element("div", {}, element("h3", {}, TITLES[dialect]), element("p", { class: "quiet" }, SAYS[dialect]),
    element("pre", {}, text), element("button", { onclick: run }, "Run it"), printed);
}

// Find the mistake: climb the ladder rung by rung, and name what is wrong with the port.

import { facts, tell, work } from "./ask.js";
import { element, failed, find, shownPlace } from "./parts.js";

const WORDS = { passed: "the same", failed: "different", "not compared": "not compared", "not reached": "not reached" };
const state = { number: 0, source: "", found: {}, verdict: null };
let known = null;
let last = Promise.resolve(); // one rung after another

export function begin(lab) { known = lab; }

export async function show(panel) {
  try {
    if (!state.source) state.source = (await facts(`api/port?number=${state.number}`)).source;
  } catch (error) { failed(error); return; }
  const ports = Array.from({ length: known.ports }, (_, at) => element("option", { value: at, selected: at === state.number }, `Port ${at + 1}`));
  panel.replaceChildren(
    element("p", {}, "This Keras port has one mistake. Compare it with the graph, rung by rung, and name what is wrong. "
      + "The first comparison of a port takes half a minute."),
    element("div", { class: "tools" }, element("select", { "aria-label": "Port", onchange: (event) => {
      Object.assign(state, { number: Number(event.target.value), source: "", found: {}, verdict: null });
      show(panel);
    } }, ...ports)),
    element("div", { class: "split" },
      element("pre", { class: "source", tabindex: 0, role: "region", "aria-label": "The port" }, state.source),
      element("div", {}, element("h3", {}, "The ladder"), element("div", { class: "rungs" }, ...known.rungs.map(rung)),
        element("h3", {}, "What is wrong?"), naming(), element("div", { id: "verdict", role: "status" }))));
  verdict();
}

function rung(name) {
  const said = element("span", {}, told(state.found[name]));
  const climb = () => { last = last.then(ask); };
  const ask = async () => {
    try {
      state.found[name] = await work("climb", { number: state.number, rung: name }, shownPlace);
      said.replaceChildren(told(state.found[name]));
    } catch (error) { failed(error); }
  };
  return element("div", { class: "rung" }, element("button", { onclick: climb }, name), said);
}

function told(found) {
  if (!found) return "";
  const word = element("span", { class: found.status === "failed" ? "bad" : "good" }, WORDS[found.status] || found.status);
  const rest = found.tensor ? `: ${found.tensor}, ${found.says}` : `: ${found.compares}`;
  return element("span", {}, word, rest);
}

function naming() {
  const select = element("select", { id: "named", "aria-label": "What is wrong" },
    element("option", { value: "" }, "Choose…"), ...known.mistakes.map((one) => element("option", {}, one)));
  const check = async () => {
    if (!select.value) return;
    try {
      state.verdict = await tell("named", { number: state.number, named: select.value });
      verdict();
    } catch (error) { failed(error); }
  };
  return element("div", { class: "tools" }, select, element("button", { onclick: check }, "Check"));
}

function verdict() {
  const place = find("#verdict");
  if (!place || !state.verdict) return;
  place.replaceChildren(state.verdict.right
    ? element("p", { class: "good" }, `Right. ${state.verdict.why}`)
    : element("p", { class: "bad" }, "No. Which is the first rung that differs? Everything before it is the same."));
}

export function forget() { Object.assign(state, { number: 0, source: "", found: {}, verdict: null }); }

// Small parts of the page: elements, charts and pictures.

export const find = (selector) => document.querySelector(selector);

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  if (name === "pre") made.tabIndex = 0; // the keyboard can scroll it
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null) made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

const SVG = "http://www.w3.org/2000/svg";

export function drawn(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Calls one after another: of those that come while one is under way, the last.
export function latest(call) {
  let current = null;
  let next = null;
  const begin = async (values) => {
    try { await call(...values); } finally {
      current = null;
      if (next) { const waiting = next; next = null; current = begin(waiting); }
    }
  };
  return (...values) => {
    if (current) { next = values; return current; }
    current = begin(values);
    return current;
  };
}

// A number as people read it: 0.1234, 12.3, 1.2e-7.
export function short(value) {
  if (value === null || value === undefined) return "NaN";
  if (Number.isInteger(value)) return value.toLocaleString("en");
  const size = Math.abs(value);
  return size >= 1e5 || size < 1e-3 ? value.toExponential(2) : value.toPrecision(4);
}

export function bars(values, isShare) {
  const known = values.map((value) => value ?? 0);
  const least = isShare ? 0 : Math.min(0, ...known);
  const most = isShare ? 1 : Math.max(...known, least + 1e-9);
  const best = known.indexOf(Math.max(...known));
  return values.map((value, digit) => {
    const width = (100 * ((value ?? 0) - least)) / (most - least);
    const svg = drawn("svg", { viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" },
      drawn("rect", { class: "fill", x: 0, y: 0, width: Math.max(width, 0), height: 1 }));
    return element("div", { class: digit === best ? "bar most" : "bar" },
      element("span", {}, String(digit)), element("div", { class: "track" }, svg),
      element("span", {}, isShare ? `${(100 * value).toFixed(1)} %` : short(value)));
  });
}

export function histogram(counts, [least, most]) {
  const top = Math.max(...counts, 1);
  const columns = counts.map((count, at) =>
    drawn("rect", { class: "fill", x: at, y: 1 - count / top, width: 0.9, height: count / top }));
  const svg = drawn("svg", {
    viewBox: `0 0 ${counts.length} 1`, preserveAspectRatio: "none", role: "img",
    "aria-label": `Histogram from ${short(least)} to ${short(most)}`, width: "100%", height: "70",
  }, ...columns);
  return element("div", {}, svg, element("p", { class: "quiet" }, `${short(least)} … ${short(most)}`));
}

const STYLES = ["", "other", "third", "fourth"];

// Lines over steps: {name: [[x, y], …]}.
export function chart(title, series, { logarithmic = false } = {}) {
  const isPositive = Object.values(series).flat().every(([, y]) => y === null || y > 0);
  logarithmic &&= isPositive; // a loss may fall below zero: that of swapped labels does
  const scaled = (y) => (logarithmic ? Math.log10(Math.max(y, 1e-12)) : y);
  const points = Object.values(series).flat().filter(([, y]) => y !== null);
  const [left, right] = extent(points.map(([x]) => x));
  const [low, high] = extent(points.map(([, y]) => scaled(y)));
  const place = ([x, y]) => [
    40 + (250 * (x - left)) / (right - left || 1), 120 - (105 * (scaled(y) - low)) / (high - low || 1),
  ];
  const lines = Object.values(series).map((line, at) =>
    drawn("polyline", { class: `line ${STYLES[at % 4]}`,
      points: line.filter(([, y]) => y !== null).map((one) => place(one).join(",")).join(" ") }));
  const dots = Object.values(series).map((line, at) => [line, at])
    .filter(([line]) => line.length === 1 && line[0][1] !== null)
    .map(([line, at]) => drawn("circle", { class: `dot ${STYLES[at % 4]}`, cx: place(line[0])[0], cy: place(line[0])[1], r: 3 }));
  const label = (y) => short(logarithmic ? 10 ** y : y);
  const ends = [[2, 18, label(high), high > low], [262, 136, short(right), right > left]].filter(([, , , isAnother]) => isAnother);
  const texts = [...ends, [2, 122, label(low)], [40, 136, short(left)]]
    .map(([x, y, text]) => drawn("text", { x, y }, text));
  const axes = drawn("path", { class: "axis", d: "M38 10V122H292", fill: "none" });
  const last = Object.entries(series).map(([name, line]) => `${name} ${short(line.at(-1)?.[1])}`).join(", ");
  const svg = drawn("svg", { viewBox: "0 0 300 140", role: "img", "aria-label": `${title}: ${last}` },
    axes, ...lines, ...dots, ...texts);
  const key = Object.keys(series).length > 1
    ? element("p", { class: "quiet" }, ...Object.keys(series).flatMap((name, at) =>
      [element("span", { class: `swatch ${STYLES[at % 4]}`, "aria-hidden": "true" }), ` ${name}  `]))
    : null;
  return element("div", {}, element("h3", {}, title), svg, key);
}

const extent = (numbers) => (numbers.length ? [Math.min(...numbers), Math.max(...numbers)] : [0, 1]);

export function pictures(value) {
  const [count, height, width] = value.size;
  const pixels = bytes(value.pictures);
  const made = [];
  for (let at = 0; at < count; at += 1) {
    const canvas = element("canvas", { width, height, role: "img", "aria-label": `Picture ${at}` });
    paint(canvas, pixels.subarray(at * height * width, (at + 1) * height * width), width, height);
    made.push(canvas);
  }
  return element("div", { class: count === 1 ? "pictures one" : "pictures" }, ...made);
}

export function paint(canvas, pixels, width, height) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  pixels.forEach((grey, at) => image.data.set([grey, grey, grey, 255], 4 * at));
  context.putImageData(image, 0, 0);
}

export const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
export const text = (array) => btoa(String.fromCharCode(...array));

export function shownPlace(place) {
  const line = find("#place");
  if (place === null) line.textContent = "";
  else line.textContent = place === 0 ? "Running…" : `Waiting: ${place} before you.`;
}

export function failed(error) {
  find("#place").textContent = error.message;
}

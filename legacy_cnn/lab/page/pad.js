// The drawing: mouse, touch or keyboard; and the 28 x 28 pixels that the network is given.

import { bytes, element, find, paint } from "./parts.js";

const SIDE = 280;
const pad = find("#pad");
const ink = pad.getContext("2d", { willReadFrequently: true });
let last = null;
let cursor = [SIDE / 2, SIDE / 2];
let isDown = false;
let given = new Uint8Array(784);
let onChange = () => {};

export const image = () => given;

export function whenChanged(call) { onChange = call; }

export function clear() {
  ink.fillStyle = "#000";
  ink.fillRect(0, 0, SIDE, SIDE);
  take(new Uint8Array(784));
}

// Shows 784 pixels, as of MNIST, on the pad.
export function show(encoded) {
  const pixels = bytes(encoded);
  const small = element("canvas", { width: 28, height: 28 });
  paint(small, pixels, 28, 28);
  ink.imageSmoothingEnabled = false;
  ink.drawImage(small, 0, 0, SIDE, SIDE);
  take(pixels);
}

function take(pixels, isOwn = false) {
  given = pixels;
  paint(find("#seen"), pixels, 28, 28);
  onChange(isOwn);
}

// As MNIST's digits are: 20 pixels at most, their centre of mass in the middle of 28 x 28.
function likeMnist() {
  const { data } = ink.getImageData(0, 0, SIDE, SIDE);
  let [left, top, right, bottom] = [SIDE, SIDE, -1, -1];
  for (let at = 0; at < SIDE * SIDE; at += 1) {
    if (data[4 * at] < 40) continue;
    const [x, y] = [at % SIDE, Math.floor(at / SIDE)];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  }
  if (right < 0) return new Uint8Array(784);
  const scale = 20 / Math.max(right - left + 1, bottom - top + 1);
  const at28 = (x, y) => reduced(left, top, right, bottom, scale, x, y);
  const centred = at28(4, 4);
  const [massX, massY] = centre(centred);
  return at28(4 + Math.round(13.5 - massX), 4 + Math.round(13.5 - massY));
}

function reduced(left, top, right, bottom, scale, x, y) {
  const small = element("canvas", { width: 28, height: 28 }).getContext("2d");
  const [width, height] = [right - left + 1, bottom - top + 1];
  small.fillStyle = "#000";
  small.fillRect(0, 0, 28, 28);
  small.imageSmoothingQuality = "high";
  const offset = [(20 - width * scale) / 2, (20 - height * scale) / 2];
  small.drawImage(pad, left, top, width, height, x + offset[0], y + offset[1], width * scale, height * scale);
  const { data } = small.getImageData(0, 0, 28, 28);
  return Uint8Array.from({ length: 784 }, (_, at) => data[4 * at]);
}

function centre(pixels) {
  let [mass, x, y] = [0, 0, 0];
  pixels.forEach((grey, at) => { mass += grey; x += grey * (at % 28); y += grey * Math.floor(at / 28); });
  return mass ? [x / mass, y / mass] : [13.5, 13.5];
}

function stroke(to) {
  ink.strokeStyle = "#fff";
  ink.lineWidth = 22;
  ink.lineCap = ink.lineJoin = "round";
  ink.beginPath();
  ink.moveTo(...(last || to));
  ink.lineTo(...to);
  ink.stroke();
  last = to;
}

function position(event) {
  const box = pad.getBoundingClientRect();
  return [(SIDE * (event.clientX - box.left)) / box.width, (SIDE * (event.clientY - box.top)) / box.height];
}

pad.addEventListener("pointerdown", (event) => {
  pad.setPointerCapture(event.pointerId);
  isDown = true;
  last = null;
  stroke(position(event));
  event.preventDefault();
  pad.focus();
});
pad.addEventListener("pointermove", (event) => { if (isDown) stroke(position(event)); });
pad.addEventListener("pointerup", () => {
  if (!isDown) return;
  isDown = false;
  take(likeMnist(), true);
});
pad.addEventListener("keydown", (event) => {
  const moves = { ArrowLeft: [-14, 0], ArrowRight: [14, 0], ArrowUp: [0, -14], ArrowDown: [0, 14] };
  const move = moves[event.key];
  if (event.key === " ") {
    isDrawing = !isDrawing;
    last = null;
    if (isDrawing) stroke(cursor);
  } else if (move) {
    cursor = cursor.map((one, axis) => Math.min(Math.max(one + move[axis], 10), SIDE - 10));
    if (isDrawing) stroke(cursor);
  } else return;
  event.preventDefault();
  const where = `${Math.round(cursor[0] / 10)}, ${Math.round(cursor[1] / 10)}`;
  pad.setAttribute("aria-label", `${isDrawing ? "Drawing" : "Moving"} at ${where}. Arrow keys move, the space bar draws.`);
  if (move && isDrawing) take(likeMnist(), true);
});
let isDrawing = false;

export function save() {
  const link = element("a", { href: pad.toDataURL("image/png"), download: "digit.png" });
  link.click();
}

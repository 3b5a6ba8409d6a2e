// Recorded answers in place of a lab: what the real graph gave for a dozen digits.

const ONLY_THERE = "This page has recorded answers. For this, start the lab: legacy-cnn lab";

let record = null;
let at = 0;

export async function load(address) {
  record = await (await fetch(address)).json();
  return { facts, work };
}

async function facts(path) {
  const [name, query] = path.replace("api/", "").split("?");
  const value = new URLSearchParams(query).values().next().value;
  if (name === "lab") return { ...record.facts, tests: record.digits.length };
  if (name === "state") return { training: { step: 1, steps: 1, failed: null }, own: false, step: 0, own_weights: 0, most_own: 0 };
  if (name === "digit") { at = Number(value) % record.digits.length; return record.digits[at]; }
  if (name === "port") return { source: record.ports[Number(value)].source };
  throw new Error(ONLY_THERE);
}

const works = {
  predict(body) {
    const digit = given(body.image);
    if (body.keep_prob === 1 && !body.published) return repeated(digit.still, body.runs);
    const { logits, probabilities } = digit.flickering;
    const first = Math.floor(Math.random() * logits.length);
    const some = (rows) => Array.from({ length: body.runs }, (_, run) => rows[(first + run) % rows.length]);
    return { logits: some(logits), probabilities: some(probabilities) };
  },
  wavering() {
    const last = record.digits.length - 1;
    const spread = (rows) => Math.max(...rows[0].map((_, digit) => {
      const column = rows.map((row) => row[digit]);
      return Math.max(...column) - Math.min(...column);
    }));
    return record.digits.map((digit, number) => ({ at: number, spread: spread(digit.flickering.probabilities) }))
      .sort((one, other) => other.spread - one.spread).slice(0, Math.min(3, last + 1));
  },
  async fetch(body) {
    given(body.image);
    if (body.fed.length < 3 || Object.keys(body.instead).length || body.times) throw new Error(ONLY_THERE);
    const { needed, answers } = record.fetches[body.fetch];
    const answer = structuredClone(answers[answers.length > 1 ? at : 0]);
    answer.needed = needed.map((number) => record.facts.drawing.operations[number].name);
    if (answer.value?.pictures) answer.value.pictures = await inflated(answer.value.pictures);
    return answer;
  },
  run: ({ row, dialect }) => record.programs[row][dialect],
  "side-by-side": () => record["side-by-side"],
  climb: ({ number, rung }) => record.ports[number].rungs[rung],
  named: ({ number, named }) => record.ports[number].named[named] || { right: false },
  reset: () => ({}),
};

async function work(name, body) {
  if (!(name in works)) throw new Error(ONLY_THERE);
  return works[name](body);
}

function given(image) {
  const found = record.digits.findIndex((digit) => digit.image === image);
  if (found < 0) throw new Error(`${ONLY_THERE}. Here, choose one of ${record.digits.length} digits of MNIST.`);
  at = found;
  return record.digits[found];
}

const repeated = ({ logits, probabilities }, runs) => ({
  logits: Array(runs).fill(logits[0]), probabilities: Array(runs).fill(probabilities[0]),
});

async function inflated(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  const pixels = new Uint8Array(await new Response(stream).arrayBuffer());
  let letters = "";
  for (const pixel of pixels) letters += String.fromCharCode(pixel);
  return btoa(letters);
}

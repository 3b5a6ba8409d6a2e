// Asks the lab. Work waits in a queue: the answer comes as lines, of which the last one has it.
// The page of the documentation has recorded answers instead; see recorded.js.

const GONE = "The lab does not answer: it has ended, or is out of reach. Start it again with legacy-cnn lab, and open the address that it prints.";

let recorded = null;

export function useRecorded(source) { recorded = source; }
export const isRecorded = () => recorded !== null;

// What the browser says of a lab that is gone ("Failed to fetch") tells nobody what to do.
async function reached(path, request) {
  try { return await fetch(path, request); } catch { throw new Error(GONE); }
}

export async function facts(path) {
  if (recorded) return recorded.facts(path);
  const response = await reached(path);
  return opened(await response.json(), response);
}

export async function work(name, body, onPlace = () => {}) {
  if (recorded) return recorded.work(name, body);
  const isFile = body instanceof Blob;
  const response = await reached(`api/${name}`, {
    method: "POST",
    headers: isFile ? {} : { "content-type": "application/json" },
    body: isFile ? body : JSON.stringify(body),
  });
  if (!response.ok || !response.body) return opened(await safely(response), response);
  let last = null;
  for await (const line of lines(response.body)) {
    last = JSON.parse(line);
    if ("place" in last) onPlace(last.place);
  }
  onPlace(null);
  if (last === null || "place" in last) throw new Error(GONE);
  if ("refused" in last) throw new Error(last.refused);
  return last.answer;
}

export async function tell(name, body) {
  if (recorded) return recorded.work(name, body);
  const response = await reached(`api/${name}`, { method: "POST", body: JSON.stringify(body) });
  return opened(await safely(response), response);
}

async function safely(response) {
  const text = await response.text();
  try { return JSON.parse(text); } catch { return { refused: text.trim() }; }
}

function opened(answer, response) {
  if (response.ok) return answer;
  throw new Error(answer.refused || "The lab does not answer.");
}

async function* lines(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read().catch(() => { throw new Error(GONE); });
    rest += value || "";
    const parts = rest.split("\n");
    rest = parts.pop();
    yield* parts.filter(Boolean);
    if (done) return;
  }
}

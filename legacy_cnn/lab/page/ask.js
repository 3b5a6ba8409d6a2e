// Asks the lab. Work waits in a queue: the answer comes as lines, of which the last one has it.
// The page of the documentation has recorded answers instead; see recorded.js.

let recorded = null;

export function useRecorded(source) { recorded = source; }
export const isRecorded = () => recorded !== null;

export async function facts(path) {
  if (recorded) return recorded.facts(path);
  const response = await fetch(path);
  return opened(await response.json(), response);
}

export async function work(name, body, onPlace = () => {}) {
  if (recorded) return recorded.work(name, body);
  const isFile = body instanceof Blob;
  const response = await fetch(`api/${name}`, {
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
  if (last === null || "place" in last) throw new Error("The lab has ended, or the answer was lost.");
  if ("refused" in last) throw new Error(last.refused);
  return last.answer;
}

export async function tell(name, body) {
  if (recorded) return recorded.work(name, body);
  const response = await fetch(`api/${name}`, { method: "POST", body: JSON.stringify(body) });
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
    const { value, done } = await reader.read();
    rest += value || "";
    const parts = rest.split("\n");
    rest = parts.pop();
    yield* parts.filter(Boolean);
    if (done) return;
  }
}

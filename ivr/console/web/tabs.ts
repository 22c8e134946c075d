// Each tab has a name that survives its reload. A duplicated tab brings the name
// of the first one along, so a new tab asks whether somebody has it.

const key = "infolinia.tab";
const patience = 120; // ms

interface Message {
  ask?: string;
  taken?: string;
}

/** The name of this tab, good after claimed has come true. */
export let tab = sessionStorage.getItem(key) ?? "";

/** Comes true when no other tab has the name. */
export const claimed: Promise<void> = claim();

async function claim(): Promise<void> {
  const channel = new BroadcastChannel("infolinia.desk");
  if (!tab) tab = fresh();
  else if (!isReload()) await new Promise<void>((done) => {
    channel.onmessage = (e: MessageEvent<Message>) => {
      if (e.data.taken !== tab) return;
      tab = fresh();
      done();
    };
    channel.postMessage({ ask: tab });
    setTimeout(done, patience);
  });
  channel.onmessage = (e: MessageEvent<Message>) => {
    if (e.data.ask === tab) channel.postMessage({ taken: tab });
  };
}

function isReload(): boolean {
  const [entry] = performance.getEntriesByType("navigation");
  return (entry as PerformanceNavigationTiming | undefined)?.type === "reload";
}

function fresh(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const name = Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  sessionStorage.setItem(key, name);
  return name;
}

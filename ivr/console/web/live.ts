// Live parts: the server pushes those that look different.

import { morph } from "./morph";
import { part } from "./page";
import { tab } from "./tabs";
import { setClock } from "./timers";

interface Push {
  now: number;
  regions: Record<string, string>;
}

const silence = 25_000; // ms: more than two of the server's signs of life

/** Connects, and calls changed after each push. It never gives up. */
export function live(changed: () => void): void {
  let source: EventSource;
  let watch = 0;
  const heard = () => {
    part("lost").hidden = true;
    clearTimeout(watch);
    watch = window.setTimeout(again, silence);
  };
  const again = () => {
    source.close();
    part("lost").hidden = false;
    void stillSignedIn().then(connect);
  };
  const connect = () => {
    source = new EventSource(`/desk/events?tab=${tab}`);
    source.addEventListener("floor", (e: MessageEvent<string>) => {
      heard();
      const push = JSON.parse(e.data) as Push;
      setClock(push.now);
      for (const [id, html] of Object.entries(push.regions)) swap(id, html);
      changed();
    });
    source.addEventListener("clock", (e: MessageEvent<string>) => {
      heard();
      setClock(Number(e.data));
    });
    source.onerror = () => {
      part("lost").hidden = false;
      if (source.readyState === EventSource.CLOSED) setTimeout(again, 2000);
    };
  };
  connect();
}

// A page whose log-in is over leads to the log-in.
async function stillSignedIn(): Promise<void> {
  try {
    const got = await fetch("/desk", { redirect: "manual" });
    if (got.type === "opaqueredirect" || got.status === 401) location.reload();
  } catch {
    // The server is away; the stream tries on.
  }
}

/** Replaces a region. Focus that would be lost goes to the button of the same key, else to the region. */
export function swap(id: string, html: string): void {
  const old = part(id);
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const next = fresh.content.firstElementChild;
  if (!next) return;
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  const key = focused?.querySelector("kbd")?.textContent ?? "";
  morph(old, next);
  if (!focused || old.contains(document.activeElement)) return;
  const heir = key ? [...old.querySelectorAll<HTMLElement>("button, summary")].find((b) => b.querySelector("kbd")?.textContent === key) : null;
  (heir ?? part("task")).focus({ preventScroll: true });
}

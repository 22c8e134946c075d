// Timers count here, from moments the server gave, by the server's clock.

let ahead = 0; // ms that the server's clock is ahead of ours

export function setClock(now: number): void {
  ahead = now - Date.now();
  tick();
}

/** The server's time in ms since 1970. */
export function now(): number {
  return Date.now() + ahead;
}

/** 0:07, 12:34, 1:02:03. */
export function stopwatch(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number) => String(n).padStart(2, "0");
  const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
}

const lastSeconds = 5000;

/** Shows all timers as they stand. */
export function tick(): void {
  const at = now();
  for (const e of document.querySelectorAll<HTMLElement>("time[data-since]")) show(e, at - Number(e.dataset.since));
  for (const e of document.querySelectorAll<HTMLElement>("time[data-until]")) {
    const left = Number(e.dataset.until) - at;
    show(e, left + 999); // a countdown ends with 0:00
    e.classList.toggle("late", left < lastSeconds);
  }
  for (const e of document.querySelectorAll<HTMLProgressElement>("progress[data-until]")) {
    const [from, until] = [Number(e.dataset.from), Number(e.dataset.until)];
    e.value = Math.min(1, Math.max(0, (until - at) / Math.max(1, until - from)));
  }
}

function show(e: HTMLElement, ms: number): void {
  const text = stopwatch(ms);
  if (e.textContent !== text) e.textContent = text;
}

export function startTimers(): void {
  setClock(Number(document.body.dataset.now));
  setInterval(tick, 250);
}

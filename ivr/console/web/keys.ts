// Shortcuts. Those with Alt, Ctrl or F work also while one types; single
// characters do not, and can be turned off (WCAG 2.1.4).

import { openSection } from "./articles";
import { desk, part, writing } from "./page";

const singleKey = "infolinia.single-keys";

const alt: Record<string, () => void> = {
  KeyR: () => press('[data-do="reject"]'),
  KeyG: () => press('[data-do="ready"]'),
  KeyP: () => menu("breaks"),
  KeyT: () => focus("people-filter"),
  KeyZ: () => press('[data-do="swap"]'),
  KeyD: () => press('[data-do="complete"]'),
  KeyJ: () => press('[data-do="conference"]'),
  KeyB: () => press('[data-do="cancel"]'),
  KeyK: () => press('[data-act="keypad"]'),
  KeyS: () => focus("q"),
  KeyI: () => focus("number"),
  KeyN: () => focus("note"),
  KeyC: () => code(),
  KeyW: () => press('[data-do="extend"]'),
};

const functions: Record<string, () => void> = {
  F2: () => press('[data-act="answer"]'),
  F4: () => press('[data-do="hold"], [data-do="resume"]'),
  F8: () => press("#mute"),
  F9: () => press('[data-do="hangup"]'),
};

function press(selector: string): void {
  document.querySelector<HTMLButtonElement>(selector)?.click();
}

function focus(id: string): void {
  const e = document.getElementById(id) as HTMLInputElement | null;
  e?.focus();
  if (e?.type === "search") e.select();
}

function menu(id: string): void {
  const details = document.getElementById(id) as HTMLDetailsElement | null;
  if (!details) return;
  details.open = !details.open;
  (details.open ? details.querySelector<HTMLElement>("button") : details.querySelector<HTMLElement>("summary"))?.focus();
}

function code(): void {
  const all = [...document.querySelectorAll<HTMLInputElement>("#finish input[name=code]")];
  (all.find((c) => c.checked) ?? all[0])?.focus();
}

function digit(e: KeyboardEvent): number {
  return /^(Digit|Numpad)[1-9]$/.test(e.code) ? Number(e.code.slice(-1)) : 0;
}

// Closes what is open and gives the focus back; true when something was.
function escape(): boolean {
  for (const d of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
    const inside = d.contains(document.activeElement);
    d.open = false;
    if (inside) d.querySelector<HTMLElement>("summary")?.focus();
    return true;
  }
  const results = part("results");
  if (!results.firstElementChild) return false;
  const inside = results.contains(document.activeElement);
  results.replaceChildren();
  if (inside) part("q").focus();
  return true;
}

// The handler of a key; undefined: the key is none of ours.
function order(e: KeyboardEvent): (() => void) | undefined {
  if (e.getModifierState("AltGraph")) return undefined; // ą, ć, ę…
  if (e.altKey && !e.ctrlKey && !e.metaKey) {
    const n = digit(e);
    return n ? () => void openSection(n) : alt[e.code];
  }
  if (e.ctrlKey && e.key === "Enter") return () => document.querySelector<HTMLFormElement>("#finish:has([type=submit])")?.requestSubmit();
  if (e.ctrlKey || e.metaKey) return undefined;
  return functions[e.key] ?? single(e);
}

function single(e: KeyboardEvent): (() => void) | undefined {
  if (writing(e.target)) return undefined;
  const on = e.target instanceof Element && e.target.closest("button, a, summary, input, dialog");
  if (e.key === "Enter" && !on && desk().view === "offered") return functions.F2;
  if (!part<HTMLInputElement>("single-keys").checked || document.querySelector("dialog[open]")) return undefined;
  const pad = document.getElementById("keypad");
  if (pad && !pad.hidden && /^[0-9*#]$/.test(e.key)) return () => press(`[data-tone="${e.key}"]`);
  const n = digit(e);
  if (n && !e.shiftKey) return () => void openSection(n);
  if (e.key === "/") return () => focus("q");
  if (e.key === "?") return help;
  return undefined;
}

export function help(): void {
  part<HTMLDialogElement>("help").showModal();
}

export function startKeys(): void {
  const box = part<HTMLInputElement>("single-keys");
  box.checked = localStorage.getItem(singleKey) !== "off";
  box.addEventListener("change", () => localStorage.setItem(singleKey, box.checked ? "on" : "off"));
  document.addEventListener("keydown", (e) => {
    if (e.isComposing || e.repeat) return;
    if (e.key === "Escape") {
      if (escape()) e.preventDefault();
      return;
    }
    const what = order(e);
    if (!what) return;
    e.preventDefault();
    what();
  });
  document.addEventListener("click", (e) => {
    for (const d of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) if (!d.contains(e.target as Node)) d.open = false;
  });
}

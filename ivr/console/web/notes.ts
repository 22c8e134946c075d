// The note and code of a call, saved while they are written. What did not reach
// the server yet is kept in the tab, so a reload loses nothing.

import { saveDraft, saveLast, send } from "./ask";
import { part, word } from "./page";

const pause = 400; // ms without a key before it is saved
let due = 0;

function form(): HTMLFormElement | null {
  return document.getElementById("finish") as HTMLFormElement | null;
}

function written(f: HTMLFormElement): Record<string, string> {
  const data = new FormData(f);
  return { task: f.dataset.task ?? "", note: String(data.get("note") ?? ""), code: String(data.get("code") ?? "") };
}

const backup = (task: string) => `infolinia.draft.${task}`;

async function save(): Promise<void> {
  const f = form();
  if (!f) return;
  const draft = written(f);
  const ok = await saveDraft(draft);
  const now = form();
  if (now && now.dataset.task === draft.task) part("notes-saved").textContent = word(ok ? "saved" : "unsaved");
  if (ok && now && JSON.stringify(written(now)) === JSON.stringify(draft)) sessionStorage.removeItem(backup(draft.task ?? ""));
  else if (!ok) later(pause * 5);
}

function later(ms: number): void {
  clearTimeout(due);
  due = window.setTimeout(() => void save(), ms);
}

function changed(f: HTMLFormElement): void {
  const draft = written(f);
  sessionStorage.setItem(backup(draft.task ?? ""), JSON.stringify(draft));
  part("notes-saved").textContent = "";
  later(pause);
}

/** Brings back what the tab kept, when a note comes up. */
export function restoreNote(): void {
  const f = form();
  if (!f || f.dataset.restored) return;
  f.dataset.restored = "yes";
  const kept = sessionStorage.getItem(backup(f.dataset.task ?? ""));
  if (!kept) return;
  const draft = JSON.parse(kept) as { note: string; code: string };
  part<HTMLTextAreaElement>("note").value = draft.note;
  for (const radio of f.querySelectorAll<HTMLInputElement>("input[name=code]")) radio.checked = radio.value === draft.code;
  later(0);
}

/** Ends the wrap-up with what is written. */
async function finish(f: HTMLFormElement): Promise<void> {
  const draft = written(f);
  clearTimeout(due);
  const why = await send("finish", draft, true);
  if (!why) {
    sessionStorage.removeItem(backup(draft.task ?? ""));
    return;
  }
  part("finish-error").textContent = why;
  if (!draft.code) f.querySelector<HTMLInputElement>("input[name=code]")?.focus();
}

export function startNotes(): void {
  document.addEventListener("input", (e) => {
    const f = (e.target as Element).closest<HTMLFormElement>("#finish");
    if (f) changed(f);
  });
  document.addEventListener("submit", (e) => {
    if ((e.target as Element).id !== "finish") return;
    e.preventDefault();
    void finish(e.target as HTMLFormElement);
  });
  addEventListener("pagehide", () => {
    const f = form();
    if (f && sessionStorage.getItem(backup(f.dataset.task ?? ""))) saveLast(written(f));
  });
  restoreNote();
}

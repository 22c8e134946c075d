// What the other modules know of the page: its words, its parts, its state.

const words: Record<string, string> = JSON.parse(document.getElementById("words")?.textContent ?? "{}");

/** A text of the catalogue; the key itself when there is none. */
export function word(key: string): string {
  return words[key] ?? key;
}

/** The element of an id, which the page always has. */
export function part<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found as T;
}

export type View = "check" | "elsewhere" | "idle" | "offered" | "connected" | "wrapping";

/** How the desk stands, as the server last said. */
export interface Desk {
  view: View;
  task: string;
  topic: string;
  lang: string;
  mode: string;
  auto: boolean;
  lost: boolean;
  /** The page is the telephone. */
  browser: boolean;
}

export function desk(): Desk {
  const d = part("task").dataset;
  return {
    view: (d.view ?? "idle") as View,
    task: d.task ?? "",
    topic: d.topic ?? "",
    lang: d.lang ?? "",
    mode: d.mode ?? "",
    auto: d.auto === "true",
    lost: d.lost === "yes",
    browser: document.getElementById("phone")?.dataset.browser === "yes",
  };
}

/** True where keys are text: a field that is written in. */
export function writing(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["radio", "checkbox", "button", "submit"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

/** Says a sentence to screen readers, when they are done with their own. */
export function say(text: string): void {
  part("say").textContent = text;
}

const toastTime = 8000;

/** Shows why something was not done. */
export function complain(text: string): void {
  const toast = document.createElement("div");
  toast.className = "toast";
  const close = document.createElement("button");
  close.type = "button";
  close.setAttribute("aria-label", word("dismiss"));
  close.textContent = "×";
  close.addEventListener("click", () => toast.remove());
  toast.append(Object.assign(document.createElement("span"), { textContent: text }), close);
  part("alert").replaceChildren(toast);
  setTimeout(() => toast.remove(), toastTime);
}

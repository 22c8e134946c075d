// The directory, narrowed down while one types.

import { part } from "./page";

const plain = (s: string) => s.normalize("NFD").replace(/\p{M}/gu, "").replace(/ł/g, "l").replace(/Ł/g, "L").toLowerCase();

/** Hides whom the filter does not mean. To be called after each swap, too. */
export function filterPeople(): void {
  const asked = plain(part<HTMLInputElement>("people-filter").value.trim());
  for (const li of part("people").querySelectorAll<HTMLElement>("[data-name]")) {
    li.hidden = !plain(li.dataset.name ?? "").includes(asked);
  }
}

export function startPeople(): void {
  document.addEventListener("input", (e) => {
    if ((e.target as Element).id === "people-filter") filterPeople();
  });
  document.addEventListener("keydown", (e) => {
    if ((e.target as Element).id !== "people-filter" || (e.key !== "Enter" && e.key !== "ArrowDown")) return;
    e.preventDefault();
    part("people").querySelector<HTMLElement>("li:not([hidden]) .send button")?.focus();
  });
}

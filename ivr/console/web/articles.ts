// Answers: found while one types, read aloud section by section, and the case
// look-up beside them.

import { fragment } from "./ask";
import { complain, desk, part, say, word } from "./page";

const pause = 120; // ms without a key before it is searched
let due = 0;
let asking: AbortController | undefined;

// A caller hears answers in his own language.
function callerLang(): string {
  return desk().lang || document.documentElement.lang;
}

function input(): HTMLInputElement {
  return part<HTMLInputElement>("q");
}

async function search(): Promise<void> {
  asking?.abort();
  asking = new AbortController();
  try {
    part("results").innerHTML = await fragment("/desk/articles", { q: input().value, lang: callerLang() }, asking.signal);
    say(part("results").querySelector("[data-said]")?.textContent ?? ""); // WCAG 4.1.3
  } catch (e) {
    if (!asking.signal.aborted) part("results").textContent = e instanceof TypeError ? word("offline") : String((e as Error).message);
  }
}

/** Shows an article; focus: the agent asked for it. */
export async function openArticle(id: string, section = "", lang = callerLang(), focus = true): Promise<void> {
  try {
    part("article").innerHTML = await fragment(`/desk/article/${encodeURIComponent(id)}`, { lang, section });
  } catch (e) {
    complain(e instanceof TypeError ? word("offline") : String((e as Error).message));
    return;
  }
  part("results").replaceChildren();
  part("article").scrollTop = 0;
  part("article").querySelector(".opened")?.scrollIntoView({ block: "nearest" });
  if (focus) part("article").focus({ preventScroll: true });
}

/** Goes to a section of the open article; false when there is none. */
export function openSection(n: number): boolean {
  const section = document.getElementById(`s-${n}`);
  if (!section) return false;
  for (const other of part("article").querySelectorAll(".opened")) other.classList.remove("opened");
  section.classList.add("opened");
  section.focus({ preventScroll: true });
  section.scrollIntoView({ block: "start" });
  return true;
}

async function lookUp(): Promise<void> {
  const number = part<HTMLInputElement>("number").value.trim();
  if (!number) return;
  try {
    part("case-answer").innerHTML = await fragment("/desk/case", { number });
  } catch {
    complain(word("offline"));
  }
}

/** Moves the focus through a list of buttons. */
function move(from: Element, by: number): void {
  const all = [...part("results").querySelectorAll<HTMLElement>("button")];
  const to = all.indexOf(from as HTMLElement) + by;
  (to < 0 ? input() : all[Math.min(to, all.length - 1)])?.focus();
}

/** A new call comes with what the caller has heard, and with his case. */
export function newCall(): void {
  part("case-answer").replaceChildren();
  part<HTMLInputElement>("number").value = part("task").dataset.case ?? "";
  const heard = [...part("task").querySelectorAll<HTMLElement>("[data-article]")].pop();
  if (heard) void openArticle(heard.dataset.article ?? "", heard.dataset.section ?? "", callerLang(), false);
}

export function startArticles(): void {
  input().addEventListener("input", () => {
    clearTimeout(due);
    due = window.setTimeout(() => void search(), pause);
  });
  part("answers").addEventListener("keydown", (e) => {
    const from = e.target as Element;
    if (!from.closest("#results, #search") || (e.key !== "ArrowDown" && e.key !== "ArrowUp")) return;
    e.preventDefault();
    move(from, e.key === "ArrowDown" ? 1 : -1);
  });
  part("search").addEventListener("submit", (e) => {
    e.preventDefault();
    part("results").querySelector<HTMLElement>("button")?.click();
  });
  part("case").addEventListener("submit", (e) => {
    e.preventDefault();
    void lookUp();
  });
  document.addEventListener("click", (e) => {
    const from = e.target as Element;
    const link = from.closest<HTMLElement>("[data-article]");
    if (link) void openArticle(link.dataset.article ?? "", link.dataset.section, link.dataset.in ?? callerLang());
    const number = from.closest<HTMLElement>("[data-number]");
    if (number) {
      e.preventDefault();
      openSection(Number(number.dataset.number));
    }
  });
}

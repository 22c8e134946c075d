// The agent's page: joins the live parts, the telephone and the keyboard.

import { newCall, startArticles } from "./articles";
import { send } from "./ask";
import { endCheck, login, start, startCheck } from "./check";
import { help, startKeys } from "./keys";
import { live } from "./live";
import { closeMicrophone, microphone } from "./microphone";
import { restoreNote, startNotes } from "./notes";
import { forgetRing, notifyRing } from "./notify";
import { complain, desk, part, say, word, writing, type Desk } from "./page";
import { filterPeople, startPeople } from "./people";
import { Phone } from "./phone";
import { beep, quiet, ring } from "./sound";
import { claimed } from "./tabs";
import { changeLanguage, changeTheme } from "./theme";
import { startTimers } from "./timers";

const phone = new Phone(phoneChanged, () => complain(word("phone.microphone")));
let before: Desk = { view: "idle", task: "", topic: "", lang: "", mode: "", auto: false, lost: false, browser: false };
// A page that comes up in the middle of a call has no leg and asks for one.
let justLoaded = true;

/** Brings telephone, sound and focus to what the server says. */
function follow(): void {
  const is = desk();
  filterPeople();
  restoreNote();
  telephone(is);
  if (is.task !== before.task && is.task) arrived(is);
  if (is.view !== before.view || is.mode !== before.mode) turned(is);
  if (is.view !== "offered") {
    quiet();
    forgetRing();
  }
  if (is.view !== "connected" || phone.talking()) justLoaded = false;
  before = is;
  phoneChanged();
}

function telephone(is: Desk): void {
  if (is.view === "elsewhere") return phone.retire();
  if (is.view === "check") {
    if (before.view !== "check") {
      phone.stop();
      void startCheck(phone);
    }
    return;
  }
  endCheck();
  if (before.view === "connected" && (is.view === "wrapping" || is.task !== before.task)) phone.end();
  if (is.browser && phone.state === "off") void phone.begin();
}

function arrived(is: Desk): void {
  newCall();
  if (is.view !== "offered") return;
  say(`${word("ring")} ${is.topic || word("ring-unknown")}`);
  if (is.auto) return beep();
  notifyRing(is.topic);
  if (!is.browser) return;
  ring();
  void microphone().catch(() => undefined); // warm when it is answered
  if (!writing(document.activeElement)) document.querySelector<HTMLElement>("[data-act=answer]")?.focus();
}

function turned(is: Desk): void {
  if (is.view === "connected" && before.view === "offered") say(word("connected"));
  if (before.view === "connected" && is.view === "wrapping") say(word("ended"));
  if (is.view === "idle" && !phone.busy()) closeMicrophone();
  if (is.view === "wrapping" && !part("notes").contains(document.activeElement) && !writing(document.activeElement)) part("note").focus();
}

function phoneChanged(): void {
  const chip = document.getElementById("phone");
  const state = chip?.querySelector(".state");
  if (chip && state && phone.state !== "off") {
    chip.classList.toggle("failed", phone.state === "failed");
    state.textContent = word(`phone.${phone.state}`);
  }
  const mute = document.getElementById("mute");
  if (mute?.firstChild) {
    mute.setAttribute("aria-pressed", String(phone.muted));
    mute.firstChild.nodeValue = `${word(phone.muted ? "unmute" : "mute")} `;
  }
  rejoin();
}

let asked = 0;

/** Asks for a new leg while the call goes on without one of ours. */
function rejoin(): void {
  const is = desk();
  const without = is.view === "connected" && is.browser && phone.state === "ready" && !phone.busy();
  if (!without || !(is.lost || justLoaded)) {
    clearTimeout(asked);
    asked = 0;
  } else if (!asked) {
    asked = window.setTimeout(() => {
      asked = 0;
      rejoin();
    }, 3000);
    void send("rejoin", { task: is.task }, true);
  }
}

async function hangUp(args: Record<string, string>): Promise<void> {
  if ((await send("hangup", args)) === word("offline")) phone.hangUp();
}

function command(button: HTMLElement): void {
  const { do: verb = "", ...rest } = button.dataset;
  const args: Record<string, string> = { task: desk().task };
  for (const [name, value] of Object.entries(rest)) if (value !== undefined) args[name] = value;
  button.closest<HTMLDetailsElement>("details.menu")?.removeAttribute("open");
  if (verb === "reject") quiet();
  if (verb === "hangup") void hangUp(args);
  else void send(verb, args);
}

const acts: Record<string, (button: HTMLElement) => void> = {
  answer: () => {
    quiet();
    phone.answer(desk().task);
  },
  mute: () => {
    phone.mute(!phone.muted);
    say(word(phone.muted ? "muted" : "unmuted"));
  },
  keypad: (b) => {
    const pad = part("keypad");
    pad.hidden = !pad.hidden;
    b.setAttribute("aria-expanded", String(!pad.hidden));
    if (!pad.hidden) pad.querySelector("button")?.focus();
  },
  tone: (b) => phone.tone(b.dataset.tone ?? ""),
  people: () => part("people-filter").focus(),
  start: () => void start(phone),
  extension: () => void login("yes"),
  takeover: (b) => void login(b.dataset.extension === "yes" ? "yes" : "no"),
  help,
  theme: changeTheme,
  lang: (b) => changeLanguage(b.dataset.lang ?? "pl"),
};

document.addEventListener("click", (e) => {
  const button = (e.target as Element).closest<HTMLElement>("[data-do], [data-act]");
  if (button?.dataset.do) command(button);
  else if (button?.dataset.act) acts[button.dataset.act]?.(button);
});

startTimers();
startKeys();
startNotes();
startArticles();
startPeople();
void claimed.then(() => live(follow));

// Before work: is the page secure, is there a microphone, does the telephone
// register, does sound arrive. What fails is named, with what to do.

import { send } from "./ask";
import { closeMicrophone, mayListen, meter, microphone } from "./microphone";
import { mayNotify } from "./notify";
import { part, word } from "./page";
import type { Phone } from "./phone";
import { unlock } from "./sound";

type Name = "certificate" | "microphone" | "registration" | "media";
type Result = "open" | "running" | "good" | "bad";

const patience = 8000; // ms for the registration, and for the first sound

const nothing = () => {};
let stopMeter = nothing;
/** The next click of the button starts the work. */
let passed = false;

function show(name: Name, result: Result, text?: string, remedy = ""): void {
  const row = document.querySelector<HTMLElement>(`#checks [data-check=${name}]`);
  if (!row) return;
  row.dataset.result = result;
  row.querySelector(".what")!.textContent = text ?? word(`check.${result}`);
  const hint = row.querySelector<HTMLElement>(".remedy")!;
  hint.textContent = remedy;
  hint.hidden = !remedy;
}

function button(): HTMLButtonElement | null {
  return document.querySelector("#check [data-act=start]");
}

function certificate(): boolean {
  if (!isSecureContext) {
    show("certificate", "bad", undefined, word("check.certificate.bad"));
    return false;
  }
  show("certificate", "good", location.protocol === "http:" ? word("check.certificate.loopback") : undefined);
  return true;
}

async function listens(): Promise<boolean> {
  show("microphone", "running");
  try {
    const stream = await microphone();
    show("microphone", "good", stream.getAudioTracks()[0]?.label || undefined);
    const level = document.querySelector<HTMLElement>("#checks .level");
    if (level) {
      level.hidden = false;
      stopMeter();
      stopMeter = meter(stream, (value) => (level.querySelector("meter")!.value = value));
    }
    return true;
  } catch (e) {
    const name = (e as DOMException).name;
    const why = name === "NotFoundError" || name === "OverconstrainedError" ? "missing" : name === "NotReadableError" ? "busy" : "denied";
    show("microphone", "bad", undefined, word(`check.microphone.${why}`));
    return false;
  }
}

async function registers(phone: Phone): Promise<boolean> {
  show("registration", "running");
  if (phone.state !== "ready") void phone.begin();
  const ok = await until(() => phone.state === "ready", () => phone.state === "failed");
  if (ok) show("registration", "good");
  else show("registration", "bad", undefined, phone.complaint || word(`check.registration.${phone.reached ? "refused" : "socket"}`));
  return ok;
}

function until(yes: () => boolean, no: () => boolean): Promise<boolean> {
  return new Promise((done) => {
    const end = (ok: boolean) => {
      clearInterval(look);
      clearTimeout(late);
      done(ok);
    };
    const look = setInterval(() => (yes() ? end(true) : no() && end(false)), 50);
    const late = setTimeout(() => end(yes()), patience);
  });
}

async function sounds(phone: Phone): Promise<boolean> {
  show("media", "running");
  const heard = await phone.echo(patience).catch(() => false);
  if (heard === undefined) show("media", "good", word("check.skipped"));
  else if (heard) show("media", "good");
  else show("media", "bad", undefined, word("check.media.bad"));
  return heard !== false;
}

/** Looks at everything in turn and offers to start when all is well. */
async function run(phone: Phone): Promise<void> {
  const b = button();
  if (!b) return;
  b.disabled = true;
  const firm = certificate() && (await listens()) && (await registers(phone));
  const heard = firm && (await sounds(phone));
  b.disabled = false;
  b.textContent = word(heard ? "check.start" : firm ? "check.anyway" : "check.again");
  passed = firm;
  if (document.activeElement === document.body) b.focus();
}

/** The button of the check: looks, then starts the work. */
export async function start(phone: Phone): Promise<void> {
  unlock();
  mayNotify();
  if (!passed) return run(phone);
  await login("no");
}

/** Makes this page the desk; extension: with the telephone on the table. */
export async function login(extension: "yes" | "no"): Promise<void> {
  unlock();
  mayNotify();
  const why = await send("login", { extension });
  const place = document.getElementById("take-error");
  if (place) place.textContent = why;
  if (!why) endCheck();
}

/** Turns the level meter and its microphone off. */
export function endCheck(): void {
  if (stopMeter === nothing) return;
  stopMeter();
  stopMeter = nothing;
  passed = false;
  closeMicrophone();
}

/** Checks by itself when the browser needs not ask. */
export async function startCheck(phone: Phone): Promise<void> {
  stopMeter = nothing;
  passed = false;
  if (!isSecureContext) certificate();
  else if (part("task").dataset.view === "check" && (await mayListen())) await run(phone);
}

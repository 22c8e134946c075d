// Orders and questions to the server.

import { complain, word } from "./page";
import { tab } from "./tabs";

async function answer(input: string, init?: RequestInit): Promise<Response> {
  const got = await fetch(input, { credentials: "same-origin", ...init });
  // The log-in is over: the page leads there.
  if (got.redirected || got.status === 401) location.reload();
  return got;
}

function form(args: Record<string, string>): URLSearchParams {
  return new URLSearchParams({ ...args, tab });
}

/**
 * Sends a command. Empty: it was carried out. Else the sentence that says why
 * not, which is shown unless quiet.
 */
export async function send(verb: string, args: Record<string, string> = {}, quiet = false): Promise<string> {
  let why = "";
  try {
    const got = await answer("/desk/do", { method: "POST", body: form({ ...args, verb }) });
    if (!got.ok) why = await got.text();
  } catch {
    why = word("offline");
  }
  if (why && !quiet) complain(why);
  return why;
}

/** Saves what is written; false when it did not arrive. */
export async function saveDraft(args: Record<string, string>): Promise<boolean> {
  try {
    return (await answer("/desk/draft", { method: "POST", body: form(args) })).ok;
  } catch {
    return false;
  }
}

/** Saves while the page goes. */
export function saveLast(args: Record<string, string>): void {
  navigator.sendBeacon("/desk/draft", form(args));
}

/** A part of the page, as HTML of our own server. */
export async function fragment(path: string, args: Record<string, string>, signal?: AbortSignal): Promise<string> {
  const got = await answer(`${path}?${new URLSearchParams(args)}`, signal ? { signal } : {});
  return got.ok || got.headers.get("Content-Type")?.startsWith("text/html") ? got.text() : Promise.reject(new Error(await got.text()));
}

export interface Account {
  uri: string;
  user: string;
  secret: string;
  sockets: string[];
  ice?: RTCIceServer[];
  echo?: string;
}

/** A fresh account for the telephone; an error with a sentence when there is none. */
export async function account(): Promise<Account> {
  const got = await answer("/desk/phone", { method: "POST", body: form({}) });
  if (!got.ok) throw new Error(await got.text());
  return (await got.json()) as Account;
}

// A notification of the system while the page is not looked at.

import { word } from "./page";

let shown: Notification | undefined;

/** Asks for the permission; to be called from a click. */
export function mayNotify(): void {
  if ("Notification" in window && Notification.permission === "default") void Notification.requestPermission();
}

/** Says that a call rings, unless the page is seen anyway. */
export function notifyRing(topic: string): void {
  if (!("Notification" in window) || Notification.permission !== "granted" || document.visibilityState === "visible") return;
  shown = new Notification(`${word("ring")} ${topic || word("ring-unknown")}`, { tag: "infolinia-call", requireInteraction: true });
  shown.onclick = () => {
    window.focus();
    shown?.close();
  };
}

export function forgetRing(): void {
  shown?.close();
  shown = undefined;
}

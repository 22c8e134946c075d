// The telephone's websocket. JsSIP connects it again by itself; once retired it
// stays closed, without a word to the other side, so that a call which another
// page took over is not ended from here.

import { WebSocketInterface } from "jssip";

export class PhoneSocket extends WebSocketInterface {
  private retired = false;

  override connect(): void {
    if (!this.retired) super.connect();
  }

  retire(): void {
    this.retired = true;
    this.disconnect();
  }
}

/** A path is of the page's own host. */
export function socketAddress(socket: string): string {
  if (!socket.startsWith("/")) return socket;
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${socket}`;
}

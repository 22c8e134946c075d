// The browser's telephone. It rings, answers, mutes and sends keys; everything
// else, hold and transfer too, the server does on its bridges, so a call is never
// renegotiated from here. The page's end sends nothing: the server sees that the
// leg is lost and gives the next page a new one.

import { UA } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { IncomingRTCSessionEvent, OutgoingRTCSessionEvent } from "jssip/lib/UA";
import type { IncomingRequest } from "jssip/lib/SIPMessage";
import { account, type Account } from "./ask";
import { closeMicrophone, microphone } from "./microphone";
import { word } from "./page";
import { PhoneSocket, socketAddress } from "./socket";

export type PhoneState = "off" | "connecting" | "ready" | "failed";

const slowest = 15_000; // ms between two tries to register

export class Phone {
  state: PhoneState = "off";
  /** A websocket was open since begin: what fails then is the registration. */
  reached = false;
  /** Why there is no account, in the server's words. */
  complaint = "";
  muted = false;
  private ua: UA | undefined;
  private sockets: PhoneSocket[] = [];
  private account: Account | undefined;
  private session: RTCSession | undefined;
  private task = "";
  private wanted = "";
  /** It is to be hung up as soon as there is a websocket. */
  private leaving = false;
  private retry = 0;
  private tries = 0;

  constructor(private readonly changed: () => void, private readonly failed: (why: "microphone") => void) {}

  /** Registers with a fresh account; goes on trying until stopped. */
  async begin(): Promise<void> {
    clearTimeout(this.retry);
    this.tear();
    this.reached = false;
    this.complaint = "";
    this.become("connecting");
    try {
      this.account = await account();
    } catch (e) {
      this.complaint = e instanceof TypeError ? word("offline") : String((e as Error).message);
      this.again();
      return;
    }
    this.sockets = this.account.sockets.map((s) => new PhoneSocket(socketAddress(s)));
    const ua = new UA({
      sockets: this.sockets,
      uri: this.account.uri,
      authorization_user: this.account.user,
      password: this.account.secret,
      session_timers: false,
      register_expires: 120,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 5,
      user_agent: "infolinia",
    });
    this.ua = ua;
    ua.on("connected", () => {
      this.reached = true;
      if (this.leaving) this.hangUp();
    });
    ua.on("registered", () => {
      this.tries = 0;
      this.become("ready");
    });
    ua.on("disconnected", () => this.become("connecting"));
    ua.on("registrationFailed", () => this.again());
    ua.on("newRTCSession", (e: IncomingRTCSessionEvent | OutgoingRTCSessionEvent) => {
      if (e.originator === "remote") this.incoming(e.session, e.request as IncomingRequest);
    });
    ua.start();
  }

  /** A registration that failed is tried with another secret, unless somebody talks. */
  private again(): void {
    this.become("failed");
    clearTimeout(this.retry);
    this.tries++;
    this.retry = window.setTimeout(() => (this.busy() ? this.again() : void this.begin()), Math.min(slowest, 1000 * 2 ** this.tries));
  }

  private become(state: PhoneState): void {
    this.state = state;
    this.changed();
  }

  private incoming(session: RTCSession, request: IncomingRequest): void {
    const task = request.getHeader("X-Infolinia-Task") ?? "";
    const auto = request.getHeader("X-Infolinia-Auto") === "yes";
    this.end(); // who talks is not rung: nobody is at the other end of what is here
    this.session = session;
    this.task = task;
    this.muted = this.leaving = false;
    const over = () => this.over(session);
    session.on("ended", over);
    session.on("failed", over);
    session.on("confirmed", () => this.changed());
    session.on("icecandidate", (e) => void setTimeout(e.ready, 500));
    session.on("peerconnection", (e) => e.peerconnection.addEventListener("track", (t) => this.hear(t)));
    this.changed();
    if (auto || (this.wanted !== "" && this.wanted === task)) void this.pick(session);
  }

  private hear(e: RTCTrackEvent): void {
    const far = document.getElementById("far") as HTMLAudioElement;
    far.srcObject = e.streams[0] ?? new MediaStream([e.track]);
    void far.play().catch(() => undefined);
  }

  private over(session: RTCSession): void {
    if (this.session !== session) return;
    this.session = undefined;
    this.task = this.wanted = "";
    closeMicrophone();
    this.changed();
  }

  /** There is a call, ringing or answered. */
  busy(): boolean {
    return !!this.session && !this.session.isEnded();
  }

  /** It can be heard and spoken. */
  talking(): boolean {
    return !!this.session?.isEstablished();
  }

  /** Answers the call of a task, also when it rings only in a moment. */
  answer(task: string): void {
    this.wanted = task;
    if (this.session?.isInProgress() && (this.task === task || this.task === "")) void this.pick(this.session);
  }

  private async pick(session: RTCSession): Promise<void> {
    this.wanted = "";
    try {
      const mediaStream = await microphone();
      if (session.isInProgress()) session.answer({ mediaStream, mediaConstraints: { audio: true, video: false }, pcConfig: this.ice() });
    } catch {
      this.failed("microphone");
    }
  }

  private ice(): RTCConfiguration {
    return { iceServers: this.account?.ice ?? [], rtcpMuxPolicy: "require" };
  }

  mute(on: boolean): void {
    if (!this.session) return;
    if (on) this.session.mute({ audio: true });
    else this.session.unmute({ audio: true });
    this.muted = on;
    this.changed();
  }

  /** Sends a key as RFC 4733 says, inside the media. */
  tone(key: string): void {
    if (this.talking()) this.session?.sendDTMF(key, { transportType: "RFC2833" as never });
  }

  /** Lets go of a call that is over, whose end did not reach us: the websocket was away. */
  end(): void {
    const session = this.session;
    this.session = undefined;
    this.task = "";
    if (!session || session.isEnded()) return;
    session.terminate();
    closeMicrophone();
  }

  /** Ends the call from here, for when the server cannot be told: now, or once the websocket is back. */
  hangUp(): void {
    if (!this.busy()) return;
    if (this.ua?.isConnected()) return this.session?.terminate();
    this.leaving = true;
    this.mute(true);
  }

  /**
   * Calls whoever says back what he hears, and tells whether any sound came.
   * undefined: there is nobody to call.
   */
  async echo(patience: number): Promise<boolean | undefined> {
    if (!this.ua || !this.account?.echo) return undefined;
    const mediaStream = await microphone();
    const session = this.ua.call(this.account.echo, { mediaStream, mediaConstraints: { audio: true, video: false }, pcConfig: this.ice() });
    session.on("icecandidate", (e) => void setTimeout(e.ready, 500));
    try {
      return await heardWithin(session, patience);
    } finally {
      if (!session.isEnded()) session.terminate();
    }
  }

  /** Takes the telephone off the server; ends its call. */
  stop(): void {
    clearTimeout(this.retry);
    this.ua?.stop();
    this.ua = undefined;
    this.session = undefined;
    this.sockets = [];
    closeMicrophone();
    this.become("off");
  }

  /** Falls silent at once: another page is the telephone now, also of this call. */
  retire(): void {
    if (this.state === "off") return;
    clearTimeout(this.retry);
    this.tear();
    closeMicrophone();
    this.become("off");
  }

  private tear(): void {
    for (const s of this.sockets) s.retire();
    this.session?.connection?.close();
    this.session = this.ua = undefined;
    this.sockets = [];
    this.task = "";
  }
}

// Comes true when packets of sound came, false when none did in time.
function heardWithin(session: RTCSession, patience: number): Promise<boolean> {
  return new Promise((done) => {
    const end = (heard: boolean) => {
      clearInterval(look);
      clearTimeout(late);
      done(heard);
    };
    const look = setInterval(() => void packets(session).then((n) => n > 0 && end(true)), 200);
    const late = setTimeout(() => end(false), patience);
    session.on("failed", () => end(false));
  });
}

async function packets(session: RTCSession): Promise<number> {
  let n = 0;
  (await session.connection?.getStats())?.forEach((s: { type: string; packetsReceived?: number }) => {
    if (s.type === "inbound-rtp") n += s.packetsReceived ?? 0;
  });
  return n;
}

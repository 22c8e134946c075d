// The ring, made by WebAudio: two soft notes, then a pause.

let context: AudioContext | undefined;
let ringing = 0;

/** To be called from a click: browsers play nothing before one. */
export function unlock(): void {
  context ??= new AudioContext();
  void context.resume();
}

function note(hertz: number, from: number, length: number): void {
  if (!context) return;
  const [tone, loudness, at] = [context.createOscillator(), context.createGain(), context.currentTime + from];
  tone.frequency.value = hertz;
  loudness.gain.setValueAtTime(0, at);
  loudness.gain.linearRampToValueAtTime(0.25, at + 0.02);
  loudness.gain.setTargetAtTime(0, at + length * 0.6, length * 0.15);
  tone.connect(loudness).connect(context.destination);
  tone.start(at);
  tone.stop(at + length);
}

/** Rings until quiet is called. */
export function ring(): void {
  if (ringing) return;
  unlock();
  const once = () => {
    note(660, 0, 0.35);
    note(880, 0.3, 0.6);
  };
  once();
  ringing = window.setInterval(once, 2000);
}

export function quiet(): void {
  clearInterval(ringing);
  ringing = 0;
}

/** One short note: somebody is on the line. */
export function beep(): void {
  unlock();
  note(880, 0, 0.2);
}

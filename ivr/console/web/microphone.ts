// The microphone: opened when a call rings, closed when it is over.

let stream: Promise<MediaStream> | undefined;

/** The microphone's sound. It is asked for once; a failure is forgotten. */
export function microphone(): Promise<MediaStream> {
  stream ??= open();
  return stream;
}

async function open(): Promise<MediaStream> {
  if (!navigator.mediaDevices) throw new DOMException("not secure", "SecurityError");
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
      video: false,
    });
  } catch (e) {
    stream = undefined;
    throw e;
  }
}

/** Turns it off. */
export function closeMicrophone(): void {
  void stream?.then((s) => s.getTracks().forEach((t) => t.stop()), () => undefined);
  stream = undefined;
}

/** Whether it may be opened without asking. */
export async function mayListen(): Promise<boolean> {
  try {
    return (await navigator.permissions.query({ name: "microphone" as PermissionName })).state === "granted";
  } catch {
    return false;
  }
}

/** Shows how loud it is, from 0 to 1, until stopped. */
export function meter(from: MediaStream, show: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  context.createMediaStreamSource(from).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, s) => sum + s * s, 0) / samples.length;
    show(Math.min(1, Math.sqrt(power) * 4));
  }, 100);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

// @ts-check
/** The microphone: whether it may be used, and whether it hears anything. Nothing heard here is kept or sent. */

const TEST_MS = 4000;
const LOUD_ENOUGH = 4;

/** Whether it may be used without asking; browsers that do not say are asked. */
export async function mayBeUsed() {
  const answer = await navigator.permissions?.query({ name: /** @type {any} */ ("microphone") }).catch(() => null);
  return answer?.state === "granted";
}

/** Ask the person for it; rejects when they say no or there is none. */
export async function ask() {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  for (const track of stream.getTracks()) track.stop();
}

/** Listen for a few seconds and show how loud it is; tells whether anything was heard. @param {HTMLMeterElement} meter */
export async function test(meter) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const context = new AudioContext();
  const analyser = new AnalyserNode(context, { fftSize: 512 });
  context.createMediaStreamSource(stream).connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  const until = Date.now() + TEST_MS;
  let loudest = 0;
  while (Date.now() < until) {
    analyser.getByteTimeDomainData(samples);
    const now = Math.max(...samples.map((one) => Math.abs(one - 128)));
    loudest = Math.max(loudest, now);
    meter.value = Math.min(100, now * 2);
    await new Promise((resolve) => window.setTimeout(resolve, 80));
  }
  for (const track of stream.getTracks()) track.stop();
  await context.close();
  return loudest >= LOUD_ENOUGH;
}

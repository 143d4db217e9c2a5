// Checks that count: each prints one line, "ok: …" or "FAILED: …", which scripts/test adds up.

let failures = 0;

// What nobody expected is a failed check too.
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error) => {
    console.error(error);
    check('ran to its end', false, error?.message ?? String(error));
    process.exit(1);
  });
}

export function check(name, holds, detail = '') {
  if (!holds) failures += 1;
  const text = detail === '' ? name : `${name} (${detail})`;
  console.log(`${holds ? 'ok' : 'FAILED'}: ${text}`);
  return holds;
}

export function checkEqual(name, got, expected) {
  const show = (value) => (typeof value === 'string' ? value : String(value));
  return show(got) === show(expected)
    ? check(name, true, show(got))
    : check(name, false, `got ${show(got)}, expected ${show(expected)}`);
}

// Awaits something that must fail, and checks how.
export async function checkFails(name, promise, pattern) {
  let message;
  try {
    message = `succeeded with ${JSON.stringify(await promise, (_, value) => (typeof value === 'bigint' ? String(value) : value))}`;
  } catch (error) {
    message = error.message ?? String(error);
    if (pattern.test(message)) return check(name, true, message.slice(0, 120));
  }
  return check(name, false, message.slice(0, 300));
}

export const failed = () => failures;

const started = Date.now();

export function stage(text) {
  const seconds = ((Date.now() - started) / 1000).toFixed(0);
  console.log(`\n==> [${seconds} s] ${text}`);
}

// Rejects when a promise takes longer than that.
export function within(milliseconds, what, promise) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: nothing after ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}

// Asks until the answer is there.
export async function until(milliseconds, what, ask) {
  const end = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) throw new Error(`${what}: not after ${milliseconds} ms`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

// 18 decimals.
export function opg(units) {
  const text = (units < 0n ? -units : units).toString().padStart(19, '0');
  const fraction = text.slice(-18).replace(/0+$/, '') || '0';
  return `${units < 0n ? '-' : ''}${text.slice(0, -18)}.${fraction} OPG`;
}

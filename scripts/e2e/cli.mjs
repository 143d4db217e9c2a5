// The node's own command line, as a person without any of these scripts would use it.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeNpy } from './npy.mjs';

const run = promisify(execFile);

export class Cli {
  constructor(node) {
    this.node = node;
  }

  // Runs a command that prints one JSON object. A refusal is thrown with its code and message.
  async json(...args) {
    let stdout;
    try {
      ({ stdout } = await run(this.node, [...args, '--json'], { maxBuffer: 1 << 26, timeout: 300_000 }));
    } catch (failure) {
      const answer = parse(failure.stdout);
      const refusal = answer?.error;
      let why = refusal ? `${refusal.code}: ${refusal.message}` : failure.stderr || failure.message;
      if (answer?.verified === false) {
        why = `NotVerified: ${answer.checks.filter((one) => !one.holds).map((one) => one.name).join(', ')}`;
      }
      throw new Error(`opg-node ${args.slice(0, 2).join(' ')}: ${why}`);
    }
    const answer = parse(stdout);
    if (answer === undefined) throw new Error(`opg-node ${args[0]}: no JSON in ${stdout.slice(0, 200)}`);
    return answer;
  }

  // Runs a command that prints text. A refusal is thrown with what it said.
  async text(...args) {
    try {
      const { stdout, stderr } = await run(this.node, args, { timeout: 300_000 });
      return stdout + stderr;
    } catch (failure) {
      throw new Error(`opg-node ${args[0]}: ${failure.stderr || failure.message}`);
    }
  }

  publish(file, { ws, suri, name, price }) {
    return this.json('model', 'publish', file, '--url', ws, '--suri', suri, '--name', name, '--price', price);
  }

  // Runs a model on images, without any chain: two processes at a time. Answers in their order.
  async runImages(model, images) {
    const folder = mkdtempSync(join(tmpdir(), 'opg-digits-'));
    const answers = new Array(images.length);
    let next = 0;
    const worker = async () => {
      while (next < images.length) {
        const i = next;
        next += 1;
        const file = join(folder, `${i}.npy`);
        writeNpy(file, [1, 64], images[i].pixels);
        answers[i] = await this.json('model', 'run', model, '--input', `image=${file}`);
      }
    };
    try {
      await Promise.all([worker(), worker()]);
    } finally {
      rmSync(folder, { recursive: true });
    }
    return answers;
  }
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

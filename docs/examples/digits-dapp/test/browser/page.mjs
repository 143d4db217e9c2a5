// The page in headless Chromium, as a person uses it.

import puppeteer from 'puppeteer-core';

const LONG_MS = 180_000;
// One command: all golden vectors take half an hour.
const PROTOCOL_MS = 3_600_000;

export async function launch(executablePath, jsFlags = '') {
  const args = jsFlags ? [`--js-flags=${jsFlags}`] : [];
  // Chromium refuses to run as root with its sandbox, as in a container.
  if (process.getuid?.() === 0) args.push('--no-sandbox');
  return puppeteer.launch({ executablePath, args, headless: true, protocolTimeout: PROTOCOL_MS });
}

export class Dapp {
  // Errors of scripts, and violations of the page's own rules.
  errors = [];

  static async open(browser, url, { wallet, width = 1180, dark = false } = {}) {
    const dapp = new Dapp();
    dapp.page = await browser.newPage();
    await dapp.page.setViewport({ width, height: 900 });
    if (dark) await dapp.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
    dapp.page.on('pageerror', (error) => dapp.errors.push(error.message));
    dapp.page.on('console', (message) => message.type() === 'error' && dapp.errors.push(message.text()));
    await wallet?.install(dapp.page);
    await dapp.page.goto(url);
    await dapp.page.waitForFunction(() => !/^Looking/.test(document.querySelector('#network').textContent), { timeout: LONG_MS });
    return dapp;
  }

  text = (selector) => this.page.$eval(selector, (found) => found.textContent.trim());
  // Waits until something stands there.
  async told(selector) {
    const shown = await this.page.waitForFunction((where) => document.querySelector(where).textContent.trim(), { timeout: LONG_MS }, selector);
    return shown.jsonValue();
  }

  visible = (selector) => this.page.$eval(selector, (found) => !found.closest('[hidden]'));

  // Presses the button with that label by keyboard: what is read meanwhile may move it away from a mouse.
  async press(label) {
    const button = await this.page.waitForSelector(`::-p-xpath(//button[normalize-space()="${label}" and not(@disabled)])`, { timeout: LONG_MS });
    await button.focus();
    await this.page.keyboard.press('Enter');
  }

  // Shows a picture by the page's address.
  async show(pixels) {
    await this.page.evaluate((hash) => { location.hash = hash; }, `pixels=${[...pixels].join(',')}`);
    await this.page.waitForFunction(() => /address/.test(document.querySelector('#origin').textContent));
  }

  // Draws strokes, whose coordinates go from 0 to 100, with the mouse.
  async draw(strokes) {
    await this.press('Clear');
    await this.page.$eval('#pad', (pad) => pad.scrollIntoView({ block: 'center' }));
    const box = await (await this.page.$('#pad')).boundingBox();
    for (const stroke of strokes) {
      const [first, ...rest] = stroke.map(({ x, y }) => [box.x + (x / 100) * box.width, box.y + (y / 100) * box.height]);
      await this.page.mouse.move(...first);
      await this.page.mouse.down();
      for (const point of rest) await this.page.mouse.move(...point);
      await this.page.mouse.up();
    }
  }

  // Classifies what is shown. Gives what the page then says; throws its error message.
  async classify() {
    await this.press('Classify on chain');
    await this.page.waitForFunction(
      () => !document.querySelector('#result').hidden || !document.querySelector('#error').hidden,
      { timeout: LONG_MS },
    );
    if (await this.visible('#error')) throw new Error(await this.text('#error'));
    return this.page.evaluate(() => ({
      digit: Number(document.querySelector('#digit').textContent),
      probabilities: [...document.querySelectorAll('#probabilities td:last-child')].map((cell) => cell.textContent),
      facts: Object.fromEntries([...document.querySelectorAll('#facts dt')].map((dt) => [dt.textContent, dt.nextSibling.textContent])),
    }));
  }

  // Presses the button and waits: { verdict, text, checks, failing }.
  async verify() {
    await this.press('Verify in this browser');
    await this.page.waitForFunction(
      () => !document.querySelector('#verdict').hidden || !document.querySelector('#error').hidden,
      { timeout: LONG_MS },
    );
    if (await this.visible('#error')) throw new Error(await this.text('#error'));
    return this.page.evaluate(() => ({
      verdict: document.querySelector('#verdict').dataset.verdict,
      text: document.querySelector('#verdict').textContent,
      checks: document.querySelectorAll('#checks tbody tr').length,
      failing: [...document.querySelectorAll('#checks tr.fails th')].map((cell) => cell.childNodes[1].textContent),
    }));
  }

  // Saves a picture of the whole page.
  async picture(path) {
    await this.page.screenshot({ path, fullPage: true });
  }
}

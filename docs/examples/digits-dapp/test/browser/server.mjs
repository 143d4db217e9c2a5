// Serves the built page with a network.json of the test's choice, and passes its requests on to a node:
// the place where a lying node is played.

import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));
const ENGINE = fileURLToPath(new URL('../../../../../precompiles/engine', import.meta.url));
// Golden vectors, and the code that runs them.
const GOLDEN = {
  '/golden/engine-v1.wasm.zst': join(ENGINE, 'blob', 'engine-v1.wasm.zst'),
  '/golden/vectors.scale.zst': join(ENGINE, 'testdata', 'vectors.scale.zst'),
  '/golden/golden-v1.txt': join(ENGINE, 'testdata', 'golden-v1.txt'),
};
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };

export class Server {
  // Changes an answer of the node: (method, params, result) => result.
  lie = (_method, _params, result) => result;

  constructor(network) {
    this.network = network;
    this.target = network.node;
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error) => {
        response.writeHead(502).end(error.message);
      });
    });
  }

  async listen() {
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${this.server.address().port}/`;
    return this;
  }

  close() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  async answer(request, response) {
    const { pathname } = new URL(request.url, this.url);
    if (pathname === '/node') return this.pass(request, response);
    if (pathname === '/network.json') {
      response.writeHead(200, { 'content-type': 'application/json' });
      return response.end(JSON.stringify({ ...this.network, node: `${this.url}node` }));
    }
    const file = GOLDEN[pathname] ?? normalize(join(DIST, pathname === '/' ? 'index.html' : pathname));
    if ((!file.startsWith(DIST) && !GOLDEN[pathname]) || !existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    return createReadStream(file).pipe(response);
  }

  async pass(request, response) {
    const parts = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
    const asked = JSON.parse(body);
    const headers = { 'content-type': 'application/json' };
    const answer = await (await fetch(this.target, { method: 'POST', headers, body })).json();
    if ('result' in answer) {
      const changed = this.lie(asked.method, asked.params, answer.result);
      if (changed instanceof Error) {
        delete answer.result;
        answer.error = { code: -32000, message: changed.message };
      } else {
        answer.result = changed;
      }
    }
    response.writeHead(200, headers).end(JSON.stringify(answer));
  }
}

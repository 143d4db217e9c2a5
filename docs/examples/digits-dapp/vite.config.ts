import { defineConfig } from 'vite';

export default defineConfig({
  // Works in any folder of any server.
  base: './',
  build: { target: 'es2022' },
  worker: { format: 'es' },
});

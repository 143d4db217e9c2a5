// The drawing area and the picture that the model sees.

import { MAX_INK, rasterise, SIDE, type Stroke } from './raster.ts';

// Width of the pen on the drawing area, whose side is 1.
const PEN = 0.07;

export class Pad {
  private strokes: Stroke[] = [];
  private current: Stroke | undefined;
  // The 64 numbers; all 0 when there is nothing.
  pixels: number[] = rasterise([]);

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly preview: HTMLCanvasElement,
    // Told after each change: `drawn` is false when the picture was set.
    private readonly changed: (drawn: boolean) => void,
  ) {
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      if (this.strokes.length === 0) this.clear();
      this.current = [this.place(event)];
      this.strokes.push(this.current);
      this.draw();
    });
    canvas.addEventListener('pointermove', (event) => {
      if (!this.current) return;
      // All points since the last event: fast strokes stay round.
      for (const one of event.getCoalescedEvents?.() ?? []) this.current.push(this.place(one));
      this.current.push(this.place(event));
      this.draw();
    });
    for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => (this.current = undefined));
    this.paint();
  }

  get isEmpty(): boolean {
    return this.pixels.every((pixel) => pixel === 0);
  }

  clear(): void {
    this.strokes = [];
    this.current = undefined;
    this.draw();
  }

  // Shows a picture that wasn't drawn.
  set(pixels: number[]): void {
    this.strokes = [];
    this.current = undefined;
    this.pixels = pixels;
    this.paint();
    this.changed(false);
  }

  private place(event: PointerEvent): { x: number; y: number } {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return { x: (event.clientX - left) / width, y: (event.clientY - top) / height };
  }

  private draw(): void {
    this.pixels = rasterise(this.strokes);
    this.paint();
    this.changed(true);
  }

  private paint(): void {
    const { canvas, preview, pixels } = this;
    const large = context(canvas);
    large.clearRect(0, 0, canvas.width, canvas.height);
    // A picture that has no strokes is shown as it is.
    if (this.strokes.length === 0) cells(large, pixels, canvas.width / SIDE);
    large.lineWidth = PEN * canvas.width;
    large.lineCap = 'round';
    large.lineJoin = 'round';
    large.strokeStyle = '#171a21';
    for (const [first, ...rest] of this.strokes) {
      large.beginPath();
      large.moveTo(first.x * canvas.width, first.y * canvas.height);
      for (const { x, y } of rest) large.lineTo(x * canvas.width, y * canvas.height);
      if (rest.length === 0) large.lineTo(first.x * canvas.width + 0.1, first.y * canvas.height);
      large.stroke();
    }
    const small = context(preview);
    small.clearRect(0, 0, preview.width, preview.height);
    cells(small, pixels, preview.width / SIDE);
    const rows = Array.from({ length: SIDE }, (_, row) => pixels.slice(row * SIDE, (row + 1) * SIDE).join(' '));
    preview.setAttribute('aria-label', `What the model sees: ${this.isEmpty ? 'nothing yet' : rows.join('; ')}`);
  }
}

function context(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const found = canvas.getContext('2d');
  if (!found) throw new Error('this browser has no canvas');
  return found;
}

function cells(to: CanvasRenderingContext2D, pixels: number[], size: number): void {
  pixels.forEach((pixel, i) => {
    to.fillStyle = `rgb(23 26 33 / ${pixel / MAX_INK})`;
    to.fillRect((i % SIDE) * size, Math.floor(i / SIDE) * size, size, size);
  });
}

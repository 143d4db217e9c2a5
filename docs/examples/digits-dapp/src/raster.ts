// From strokes to what the model was trained on. scikit-learn's digits are bitmaps of 32 × 32 pixels,
// scaled to the digit's size; each of the 8 × 8 numbers counts the inked pixels of a block of 4 × 4, so
// it goes from 0 to 16.

export interface Point {
  x: number;
  y: number;
}

export type Stroke = Point[];

export const SIDE = 8;
const BITMAP = 32;
const BLOCK = BITMAP / SIDE;
export const MAX_INK = BLOCK * BLOCK;
// Half the width of the pen, in pixels of the bitmap.
const PEN = 2.6;

// The 64 numbers of a drawing, row by row; all 0 without a stroke. Coordinates may have any unit.
export function rasterise(strokes: Stroke[]): number[] {
  const points = strokes.flat();
  const counts = new Array<number>(SIDE * SIDE).fill(0);
  if (points.length === 0) return counts;
  const [left, top] = [Math.min(...points.map((p) => p.x)), Math.min(...points.map((p) => p.y))];
  const width = Math.max(...points.map((p) => p.x)) - left;
  const height = Math.max(...points.map((p) => p.y)) - top;
  // The drawing fills the bitmap in its longer direction. Across, its ink is centred.
  const scale = (BITMAP - 2 * PEN) / (Math.max(width, height) || 1);
  const room = (BITMAP / 2 - PEN) / scale;
  const middle = clamp(centre(strokes), left + width - room, left + room);
  const place = ({ x, y }: Point): Point => ({
    x: BITMAP / 2 + (x - middle) * scale,
    y: BITMAP / 2 + (y - top - height / 2) * scale,
  });
  const placed = strokes.map((stroke) => stroke.map(place));
  for (let row = 0; row < BITMAP; row += 1) {
    for (let column = 0; column < BITMAP; column += 1) {
      const pixel = { x: column + 0.5, y: row + 0.5 };
      if (placed.some((stroke) => inked(stroke, pixel))) {
        counts[Math.floor(row / BLOCK) * SIDE + Math.floor(column / BLOCK)] += 1;
      }
    }
  }
  return counts;
}

// Where the middle of all lines is, across.
function centre(strokes: Stroke[]): number {
  let [sum, length] = [0, 0];
  for (const stroke of strokes) {
    stroke.forEach((point, i) => {
      const from = stroke[Math.max(0, i - 1)];
      // A dot has no length, but ink.
      const part = Math.hypot(point.x - from.x, point.y - from.y) + 1e-9;
      sum += (part * (point.x + from.x)) / 2;
      length += part;
    });
  }
  return sum / length;
}

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

// Whether the pen has touched a pixel.
function inked(stroke: Stroke, pixel: Point): boolean {
  return stroke.some((point, i) => distance(pixel, stroke[Math.max(0, i - 1)], point) <= PEN);
}

// From a point to the segment between two others.
function distance(point: Point, from: Point, to: Point): number {
  const [dx, dy] = [to.x - from.x, to.y - from.y];
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : ((point.x - from.x) * dx + (point.y - from.y) * dy) / length;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - from.x - t * dx, point.y - from.y - t * dy);
}

// 64 numbers from text such as `0,0,5,13,…`; throws what is wrong with it.
export function readPixels(text: string): number[] {
  const parts = text.split(',');
  if (parts.length !== SIDE * SIDE) throw new Error(`a picture has ${SIDE * SIDE} numbers, this one has ${parts.length}`);
  return parts.map((part, i) => {
    if (!/^\d{1,2}$/.test(part) || Number(part) > MAX_INK) {
      throw new Error(`number ${i + 1} of the picture is "${part.slice(0, 20)}": whole numbers from 0 to ${MAX_INK} are allowed`);
    }
    return Number(part);
  });
}

// The model's input: 64 little-endian float32.
export function inputData(pixels: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * pixels.length));
  pixels.forEach((pixel, i) => view.setFloat32(4 * i, pixel, true));
  return new Uint8Array(view.buffer);
}

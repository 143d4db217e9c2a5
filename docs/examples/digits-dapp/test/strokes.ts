// Digits as a person draws them with few strokes: corners of lines, 0 to 100, and arcs.

import type { Point, Stroke } from '../src/raster.ts';

const line = (...corners: [number, number][]): Stroke => corners.map(([x, y]) => ({ x, y }));

// Part of an ellipse, degrees clockwise from the top.
const arc = (cx: number, cy: number, rx: number, ry: number, from: number, to: number): Stroke =>
  Array.from({ length: 25 }, (_, i): Point => {
    const angle = ((from + ((to - from) * i) / 24) * Math.PI) / 180;
    return { x: cx + rx * Math.sin(angle), y: cy - ry * Math.cos(angle) };
  });

export const DIGITS: Stroke[][] = [
  [arc(50, 50, 27, 40, 0, 360)],
  [line([38, 25], [52, 10], [52, 90])],
  [[...arc(50, 30, 24, 20, -80, 130), ...line([26, 90], [78, 90])]],
  [[...arc(48, 30, 22, 20, -70, 180), ...arc(48, 70, 25, 20, 0, 250)]],
  [line([55, 10], [22, 62], [80, 62]), line([62, 38], [62, 92])],
  [line([74, 10], [34, 10], [31, 45]), arc(49, 66, 24, 24, -50, 230)],
  [[...line([62, 10], [36, 45]), ...arc(50, 69, 21, 21, -80, 280)]],
  [line([24, 12], [76, 12], [44, 90]), line([34, 50], [72, 50])],
  [arc(50, 29, 18, 18, 0, 360), arc(50, 70, 23, 22, 0, 360)],
  [[...arc(50, 32, 20, 21, 90, 450), ...line([70, 32], [62, 90])]],
];

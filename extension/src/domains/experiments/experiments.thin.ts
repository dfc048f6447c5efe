import type { Point } from '../../ui/index.js';

/**
 * As many points as a chart can draw without a pause: of each stretch of trials its lowest and its highest value,
 * so that neither the shape nor the best so far changes.
 */
export const thin = (points: readonly Point[], most: number): readonly Point[] => {
  if (points.length <= most) return points;
  const stretch = Math.ceil(points.length / Math.floor(most / 2));
  const kept: Point[] = [];
  for (let start = 0; start < points.length; start += stretch) {
    let low = points[start];
    let high = low;
    for (const point of points.slice(start, start + stretch)) {
      if (low === undefined || point.value < low.value) low = point;
      if (high === undefined || point.value > high.value) high = point;
    }
    if (low === undefined || high === undefined) continue;
    kept.push(...(low === high ? [low] : low.number < high.number ? [low, high] : [high, low]));
  }
  return kept;
};

/** Rings at the antimeridian: a coast that jumps between 180° and -180° would be drawn as a band across the whole map. */
import type { FeatureCollection, Position } from "geojson";

const jumps = (ring: readonly Position[]): number => ring.filter((at, i) => i > 0 && Math.abs((at[0] ?? 0) - (ring[i - 1]?.[0] ?? 0)) > 180).length;

/** The ring with longitudes (degrees) that run on past ±180 instead of jumping. A ring round a pole stays as it is. */
export const withoutJumps = (ring: readonly Position[]): Position[] => {
  const count = jumps(ring);
  if (count === 0 || count % 2 === 1) return [...ring];
  let turn = 0;
  return ring.map((at, i) => {
    const step = (at[0] ?? 0) - ((ring[i - 1] ?? at)[0] ?? 0);
    if (step > 180) turn -= 360;
    if (step < -180) turn += 360;
    return [(at[0] ?? 0) + turn, ...at.slice(1)];
  });
};

/** {@link withoutJumps} for every ring of every polygon. */
export const mendSeam = (land: FeatureCollection): FeatureCollection => ({
  ...land,
  features: land.features.map((feature) => {
    const { geometry } = feature;
    if (geometry?.type === "Polygon") return { ...feature, geometry: { ...geometry, coordinates: geometry.coordinates.map(withoutJumps) } };
    if (geometry?.type === "MultiPolygon") return { ...feature, geometry: { ...geometry, coordinates: geometry.coordinates.map((polygon) => polygon.map(withoutJumps)) } };
    return feature;
  }),
});

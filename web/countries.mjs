// The bundled base map: Natural Earth's countries (world-atlas, 1:50m) with Crimea in Ukraine.
//
// Natural Earth draws who controls a place, and with it Crimea as a part of Russia. The General Assembly of the United
// Nations affirmed Ukraine's borders with Crimea inside (resolution 68/262), and so does this map. An operator who needs
// another view gives the server a file of their own.

/** A place inside the polygon that moves: Simferopol, lon,lat. */
const SIMFEROPOL = [34.1, 44.95];
const FROM = "643"; // Russia, ISO 3166-1 numeric
const TO = "804"; // Ukraine

/** The positions of one arc of a quantised topology; a negative index is the arc `~index` read backwards. */
const arcPositions = (topology, index) => {
  const { scale, translate } = topology.transform;
  let x = 0;
  let y = 0;
  const positions = topology.arcs[index < 0 ? ~index : index].map(([dx, dy]) => {
    x += dx;
    y += dy;
    return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
  });
  return index < 0 ? positions.reverse() : positions;
};

const ringPositions = (topology, ring) => ring.flatMap((index, i) => arcPositions(topology, index).slice(i === 0 ? 0 : 1));

/** Whether `[lon, lat]` lies inside the closed ring; the usual count of crossings to the east. */
export const insideRing = ([x, y], ring) => {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [ax, ay] = ring[i];
    const [bx, by] = ring[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
};

/** The id of the country whose land holds `[lon, lat]`, or `null` at sea. Holes are respected. */
export const countryAt = (topology, position) => {
  for (const country of topology.objects.countries.geometries) {
    const polygons = country.type === "Polygon" ? [country.arcs] : (country.arcs ?? []);
    for (const [outer, ...holes] of polygons) {
      const inside = (ring) => insideRing(position, ringPositions(topology, ring));
      if (inside(outer) && !holes.some(inside)) return country.id;
    }
  }
  return null;
};

/**
 * Moves the polygon with Simferopol from Russia to Ukraine and joins it to Ukraine's mainland: the arc that both rings
 * share (the line at Perekop and the Sivash) leaves the ring of the mainland, the peninsula's coast takes its place.
 *
 * Gives a new topology. Throws when the polygon or the shared arc is not there, so that a changed source file cannot
 * slip through a build.
 */
export const moveCrimea = (source) => {
  const topology = structuredClone(source);
  const countries = topology.objects.countries.geometries;
  const from = countries.find((country) => country.id === FROM);
  const to = countries.find((country) => country.id === TO);
  if (from?.type !== "MultiPolygon" || to?.type !== "MultiPolygon") throw new Error("countries 643 and 804 must be MultiPolygons");

  const at = from.arcs.findIndex(([outer]) => insideRing(SIMFEROPOL, ringPositions(topology, outer)));
  if (at < 0) throw new Error("no polygon of country 643 holds Simferopol (34.10, 44.95): look at the new source file");
  const [[crimea]] = from.arcs.splice(at, 1);

  for (const polygon of to.arcs) {
    const shared = crimea.filter((index) => polygon[0].includes(~index));
    if (shared.length === 0) continue;
    if (shared.length > 1) throw new Error("Crimea meets the mainland in more than one arc: teach moveCrimea to join them");
    // Both rings run clockwise, so they pass the shared arc in opposite directions: what is left of Crimea's ring, read
    // from the end of that arc to its start, leads exactly where the mainland's arc led.
    const cut = crimea.indexOf(shared[0]);
    const coast = [...crimea.slice(cut + 1), ...crimea.slice(0, cut)];
    polygon[0].splice(polygon[0].indexOf(~shared[0]), 1, ...coast);
    delete topology.objects.land; // its arcs are those of the countries; the page fills countries
    return topology;
  }
  throw new Error("Crimea does not touch country 804: look at the new source file");
};

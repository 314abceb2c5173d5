// Compares the coordinates of gazetteer.csv with reference files in GeoNames' 19-column layout, and with the outlines of the file itself.
//
//   node data/check-coordinates.mjs [FOLDER]      FOLDER or $INCIDENT_MAP_REFERENCE, else ../shared/gazetteer beside the repository
//
// A place must lie no farther from its namesake in the reference than its own uncertainty and that of the reference allow.
// Skips what it cannot find and says so. Exit code 1: a disagreement that the table EXPLAINED does not explain.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2] ?? process.env.INCIDENT_MAP_REFERENCE ?? join(here, "../../shared/gazetteer");
/** Places of these layouts; the first is the larger one. The last column of each says what it holds. */
const FILES = ["KZ.txt", "KZ-admin-wof.txt", "KZ-cities15000-2012.txt"];

/** Disagreements in which the reference is wrong or means another place, each with the reason. */
const EXPLAINED = {
  "kz-city-alga": "the reference gives 56.8, 49.3, rounded in both directions; Alga lies on the railway 45 km south of Aktobe, at 49.9 north",
  "kz-village-karaotkel": "the reference means Astana, which had this name in the 19th century",
  "kz-village-koksay-karasay": "the reference has other villages Koksay only, by the border with China",
  "kz-village-tengiz": "the reference gives a point north of the oil field; the settlement of the shift workers lies in the field itself, at 46.15 north",
  "kz-village-zhana-karaton": "the reference means the old Karaton by the sea, whose people were moved to the new one",
};

/** Admin1 codes (GeoNames) whose places may lie in a region of today; a region of 2022 was a part of its old one. */
const ADMIN1 = {
  "kz-almaty": ["02", "01"], "kz-astana": ["05", "03"], "kz-shymkent": ["10"],
  "kz-region-abai": ["15"], "kz-region-akmola": ["03", "05"], "kz-region-aktobe": ["04"], "kz-region-almaty": ["01", "02"], "kz-region-atyrau": ["06"],
  "kz-region-east-kazakhstan": ["15"], "kz-region-karaganda": ["12"], "kz-region-kostanay": ["13"], "kz-region-kyzylorda": ["14", "08"],
  "kz-region-mangystau": ["09"], "kz-region-north-kazakhstan": ["16"], "kz-region-pavlodar": ["11"], "kz-region-turkistan": ["10"],
  "kz-region-ulytau": ["12"], "kz-region-west-kazakhstan": ["07"], "kz-region-zhambyl": ["17"], "kz-region-zhetysu": ["01"],
};

/** Metres added to the uncertainty of a place: how far the reference itself may be off. GeoNames rounds towns to minutes of arc. */
const SLACK_M = { settlement: 4_000, district: 15_000, region: 40_000, country: 100_000 };
const CLASS_OF = { city: "settlement", town: "settlement", village: "settlement", district: "district", region: "region", country: "country" };
const classOfCode = (code) => (code.startsWith("PPL") ? "settlement" : { ADM1: "region", ADM2: "district", PCLI: "country" }[code]);
/** A namesake in another region is another place, unless it is as near as this (metres): the reference's regions have errors too. */
const NAMESAKE_M = 30_000;
/** How far (metres) a generalised outline of the file may run beside the true border. */
const OUTLINE_M = 15_000;
const AIRPORT_M = 40_000;

/** Rows of a CSV text as objects; RFC 4180 with comma and quotes, lines with # skipped. */
const readCsv = (text) => {
  const rows = [[]];
  let cell = "";
  let quoted = false;
  for (let i = 0; i < text.length; i += 1) {
    const letter = text[i];
    if (quoted) {
      if (letter !== '"') cell += letter;
      else if (text[i + 1] === '"') cell += text[(i += 1)];
      else quoted = false;
    } else if (letter === '"') quoted = true;
    else if (letter === "," || letter === "\n") {
      rows.at(-1).push(cell.replace(/\r$/, ""));
      cell = "";
      if (letter === "\n") rows.push([]);
    } else cell += letter;
  }
  const [header, ...lines] = rows.filter((row) => row.length > 1 && !row[0].startsWith("#"));
  return lines.map((line) => Object.fromEntries(header.map((name, i) => [name, line[i] ?? ""])));
};

/** One spelling for what differs only in case, marks, ё, Kazakh letters, apostrophes or hyphens. */
const fold = (name) => name.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace(/[әғқңөұүһі]/g, (letter) => ({ ә: "а", ғ: "г", қ: "к", ң: "н", ө: "о", ұ: "у", ү: "у", һ: "х", і: "и" })[letter]).replace(/[^\p{L}\p{N}]+/gu, "");
const KIND_WORDS = /\b(region|oblast|oblysy|province|district|audany|rayon|raion)\b|(облысы|область|областы|ауданы|район|қаласы)/giu;

const names = (row) => [row.name_ru, row.name_kk, row.name_en, ...row.other_names.split("|").map((name) => name.split("=")[1] ?? "")];
const folded = (list) => new Set(list.map((name) => fold(name.replace(KIND_WORDS, " "))).filter((name) => name.length > 2));

/** Metres on the sphere of the mean radius (6 371 008.8 m) between [lon,lat] pairs in degrees. */
const distance = ([lonA, latA], [lonB, latB]) => {
  const rad = Math.PI / 180;
  const h = Math.sin(((latB - latA) * rad) / 2) ** 2 + Math.cos(latA * rad) * Math.cos(latB * rad) * Math.sin(((lonB - lonA) * rad) / 2) ** 2;
  return 2 * 6_371_008.8 * Math.asin(Math.sqrt(h));
};

/** Metres from a [lon,lat] point to the nearest point of a closed ring; flat, good enough within some tens of kilometres. */
const toRing = ([lon, lat], ring) => Math.min(...ring.slice(1).map(([bx, by], i) => {
  const scale = Math.cos((lat * Math.PI) / 180);
  const [ax, ay] = ring[i];
  const [dx, dy, px, py] = [(bx - ax) * scale, by - ay, (lon - ax) * scale, lat - ay];
  const along = Math.max(0, Math.min(1, (px * dx + py * dy) / (dx * dx + dy * dy || 1)));
  return distance([lon, lat], [ax + (bx - ax) * along, ay + (by - ay) * along]);
}));

const reference = new Map();
for (const file of FILES.filter((name) => existsSync(join(folder, name)))) {
  for (const line of readFileSync(join(folder, file), "utf8").split("\n").filter(Boolean)) {
    const [, name, ascii, others, lat, lon, , code, , , admin1] = line.split("\t");
    const kind = classOfCode(code ?? "");
    if (!kind) continue;
    const entry = { name, file, admin1, at: [Number(lon), Number(lat)] };
    for (const key of folded([name, ascii, ...others.split(",")])) {
      const slot = `${kind} ${key}`;
      reference.set(slot, [...(reference.get(slot) ?? []), entry]);
    }
  }
}

const rows = readCsv(readFileSync(join(here, "gazetteer.csv"), "utf8"));
const byId = new Map(rows.map((row) => [row.id, row]));
const at = ({ lon, lat }) => [Number(lon), Number(lat)];
/** The row and all that contain it today, smallest first. */
const chain = (row) => (row ? [row, ...chain(byId.get(row.parent))] : []);
const km = (metres) => `${(metres / 1000).toFixed(1)} km`;

let passed = 0;
let failed = 0;
const alone = [];
const unused = new Set(Object.keys(EXPLAINED));
const verdict = (row, isGood, text) => {
  if (isGood) { passed += 1; return; }
  if (EXPLAINED[row.id]) { unused.delete(row.id); passed += 1; return; }
  failed += 1;
  console.log(`${row.id} ${row.name_ru || row.name_en} (${row.lon}, ${row.lat}): ${text}`);
};

if (reference.size === 0) console.log(`SKIPPED: the comparison with a reference; no ${FILES.join(", ")} in ${folder}`);
else {
  for (const row of rows.filter(({ id, kind }) => chain(byId.get(id)).at(-1).id === "kz" && CLASS_OF[kind])) {
    const kind = CLASS_OF[row.kind];
    const codes = chain(row).flatMap(({ id }) => ADMIN1[id] ?? []);
    const found = [...folded(names(row))].flatMap((name) => reference.get(`${kind} ${name}`) ?? [])
      .map((entry) => ({ ...entry, metres: distance(at(row), entry.at) }))
      .filter(({ admin1, metres }) => codes.length === 0 || codes.includes(admin1) || metres < NAMESAKE_M)
      .sort((a, b) => a.metres - b.metres)[0];
    const allowed = Number(row.uncertainty_m) + SLACK_M[kind];
    if (!found) alone.push(row.id);
    else verdict(row, found.metres <= allowed, `${found.name} of ${found.file} (${found.at.join(", ")}) is ${km(found.metres)} away; ${km(allowed)} are allowed`);
  }
  for (const id of unused) verdict({ id: "", name_ru: id, lon: "", lat: "" }, false, "is explained but agrees, or is not in the file: take the explanation out");
  console.log(`${alone.length} places have no namesake in their region of the reference: ${alone.join(" ")}`);
}

// The file against itself: what is in a town is near it, what is in a region is inside its outline.
const rings = (geometry) => [...geometry.matchAll(/\(([^()]+)\)/g)].map(([, ring]) => ring.split(",").map((pair) => pair.trim().split(/\s+/).map(Number)));
const inside = ([x, y], polygon) => polygon.reduce((odd, ring) => ring.reduce((now, [ax, ay], i) => {
  const [bx, by] = ring[(i + ring.length - 1) % ring.length];
  return ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax ? !now : now;
}, odd), false);
for (const row of rows) {
  for (const parent of chain(byId.get(row.parent))) {
    const reach = Number(row.uncertainty_m) + OUTLINE_M;
    if (parent.geometry.includes("POLYGON")) {
      const outline = rings(parent.geometry);
      const off = inside(at(row), outline) ? 0 : Math.min(...outline.map((ring) => toRing(at(row), ring)));
      verdict(row, off <= reach, `${km(off)} outside ${parent.id}; ${km(reach)} are allowed`);
    } else {
      const off = distance(at(row), at(parent));
      // An airport belongs to the town it serves, wherever it lies.
      const allowed = Number(parent.uncertainty_m) + (row.kind === "airport" ? AIRPORT_M : reach);
      verdict(row, off <= allowed, `${km(off)} from ${parent.id}; ${km(allowed)} are allowed`);
    }
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

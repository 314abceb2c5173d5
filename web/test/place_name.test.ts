import assert from "node:assert/strict";
import { test } from "node:test";
import { withKind } from "../src/place_name.ts";

test("a name gets its kind word in the order of its language", () => {
  for (const [name, kind, lang, said] of [
    ["Мангистауская", "region", "ru", "Мангистауская область"], ["Абай", "region", "ru", "область Абай"], ["Маңғыстау", "region", "kk", "Маңғыстау облысы"],
    ["Mangystau", "region", "en", "Mangystau Region"], ["Мангістауська", "region", "uk", "Мангістауська область"], ["Республики", "square", "ru", "площадь Республики"],
    ["Центральная", "square", "ru", "Центральная площадь"], ["Алматы", "airport", "ru", "аэропорт Алматы"], ["7", "microdistrict", "en", "microdistrict 7"],
    ["Алмалинский", "city_district", "ru", "Алмалинский район"],
  ] as const) assert.equal(withKind(name, kind, lang), said);
});
test("a name that has its kind word, and a kind that needs none, stay", () => {
  assert.equal(withKind("Mangystau Region", "region", "en"), "Mangystau Region");
  assert.equal(withKind("Зелёный базар", "market", "ru"), "Зелёный базар");
  assert.equal(withKind("Актау", "city", "ru"), "Актау");
  assert.equal(withKind("Козыбаева", "street", "ru"), "Козыбаева");
  assert.equal(withKind("$& {}", "square", "ru"), "площадь $& {}");
});

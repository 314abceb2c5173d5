import assert from "node:assert/strict";
import { test } from "node:test";
import { tables } from "../src/i18n.ts";
import { categoryColour } from "../src/palette.ts";
import { LANGUAGES } from "../src/words.ts";

const names = Object.keys(tables.ru).filter((key) => key.startsWith("category_")).map((key) => key.replace("category_", ""));

test("no two known categories have one colour, by day and by night", () => {
  for (const dark of [false, true]) assert.equal(new Set(names.map((name) => categoryColour(name, dark))).size, names.length);
});

test("a category has the same colour by its name in each language, and by the words that files use", () => {
  for (const name of names) {
    for (const lang of LANGUAGES) {
      const own = (tables[lang] as Record<string, unknown>)[`category_${name}`];
      assert.equal(categoryColour(String(own), false), categoryColour(name, false), `${lang} ${String(own)}`);
    }
  }
  const [protest, arrest, internet, emergency] = ["протест", "arrest", "интернет", "ЧП"].map((name) => categoryColour(name, false));
  assert.equal(new Set([protest, arrest, internet, emergency]).size, 4);
  assert.equal(arrest, categoryColour("задержания", false));
});

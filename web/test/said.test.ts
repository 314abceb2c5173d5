import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileError, isKnownFileError, ruleText } from "../src/said.ts";
import { LANGUAGES } from "../src/words.ts";

/** The sentences of `#[error(…)]` in a file of the server, with something in each blank. */
const sentences = (file: string): string[] => {
  const source = readFileSync(join(process.env.WEB_FOLDER ?? "", "..", file), "utf8");
  return [...source.matchAll(/#\[error\(\s*((?:"(?:[^"\\]|\\[\s\S])*"))/g)]
    .map(([, literal = ""]) => literal.slice(1, -1).replace(/\\\s*\n\s*/g, "").replace(/\{[^}]*\}/g, "7"));
};

test("every reason why a file cannot be loaded is said in each language", () => {
  const all = ["src/ingest/mod.rs", "src/ingest/encoding.rs"].flatMap(sentences);
  assert.ok(all.length > 12, `${all.length}`);
  for (const sentence of all) {
    assert.ok(isKnownFileError(sentence), sentence);
    for (const lang of LANGUAGES) assert.equal(fileError(lang, sentence) === sentence, lang === "en", `${lang}: ${sentence}`);
  }
});

test("what a sentence names is named in its translation, and an unknown one stays as it is", () => {
  assert.match(fileError("ru", "no column says where: found `a`, `b`; expected one named place, city, region, or lat and lon"), /есть `a`, `b`;/);
  assert.equal(fileError("kk", "something new"), "something new");
  assert.deepEqual(ruleText("ru", "coordinates stood in the row"), { text: "координаты стояли в строке", isOwn: true });
  assert.deepEqual(ruleText("ru", "a rule of tomorrow"), { text: "a rule of tomorrow", isOwn: false });
});

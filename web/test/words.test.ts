import assert from "node:assert/strict";
import { test } from "node:test";
import { groupBadges, sumCategories } from "../src/cluster.ts";
import { binEnd, formatDate, formatOccurred, safeLink } from "../src/format.ts";
import { tables, translator } from "../src/i18n.ts";
import { binsOf, intervalOf } from "../src/timeline.ts";
import { LANGUAGES } from "../src/words.ts";

test("every language says everything", () => {
  for (const lang of LANGUAGES) {
    for (const [key, value] of Object.entries(tables[lang])) {
      const texts = typeof value === "string" ? [value] : Object.values(value);
      for (const text of texts) assert.ok(text.length > 0, `${lang} ${key}`);
    }
  }
});

test("plurals follow the language", () => {
  const ru = translator("ru");
  assert.equal(ru.n("incidentCount", 1), "1 событие");
  assert.equal(ru.n("incidentCount", 3), "3 события");
  assert.equal(ru.n("incidentCount", 11), "11 событий");
});

test("an unknown category is shown as it is, an empty one as none", () => {
  assert.equal(translator("en").category("flood"), "flood");
  assert.equal(translator("ru").category(""), "без категории");
});

test("a reported day is the same day in every language", () => {
  for (const lang of LANGUAGES) {
    assert.match(formatDate(lang, "2022-01-05"), /(?<!\d)5(?!\d)/);
    assert.match(formatOccurred(lang, "2022-01-05T23:30"), /23:30/);
  }
});

test("only web addresses become links", () => {
  assert.equal(safeLink("javascript:alert(1)"), null);
  assert.equal(safeLink("data:text/html,x"), null);
  assert.equal(safeLink("https://example.org/a"), "https://example.org/a");
});

test("badges that overlap become one whose count is their sum, and no badge is lost", () => {
  const badges = Array.from({ length: 60 }, (_, i) => ({ key: String(i), x: (i * 37) % 200, y: (i * 91) % 150, radius: 12, count: (i % 5) + 1 }));
  const groups = groupBadges(badges);
  assert.equal(groups.reduce((sum, { count }) => sum + count, 0), badges.reduce((sum, { count }) => sum + count, 0));
  assert.deepEqual(groups.flatMap(({ members }) => members.map(({ key }) => key)).sort(), badges.map(({ key }) => key).sort());
});

test("categories of several places add up", () => {
  assert.deepEqual(sumCategories([{ a: 1, b: 2 }, { b: 3 }]), { a: 1, b: 5 });
});

test("the bins that are brushed give the interval that shows them again", () => {
  const histogram = { unit: "day" as const, bins: ["02", "03", "04", "05"].map((day) => ({ start: `2022-01-${day}`, count: 1 })), undated: 0, coarse: 0, matched: 4 };
  assert.equal(intervalOf(histogram, 1, 2), "2022-01-03/2022-01-04");
  assert.deepEqual(binsOf(histogram, "2022-01-03/2022-01-04"), [1, 2]);
  assert.equal(binEnd("month", "2022-02-01"), "2022-02-28");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { formatCount, formatDate, formatDistance, formatOccurred, formatShortDay, formatShortMonth, formatWeekday } from "../src/format.ts";
import { LANGUAGES } from "../src/words.ts";

test("days and months have names in each language, whatever the browser knows", () => {
  assert.deepEqual(LANGUAGES.map((lang) => formatDate(lang, "2022-01-05")), ["5 января 2022", "2022 ж. 5 қаңтар", "5 January 2022", "5 січня 2022"]);
  assert.deepEqual(LANGUAGES.map((lang) => formatDate(lang, "2022-05")), ["май 2022", "2022 ж. мамыр", "May 2022", "травень 2022"]);
  assert.deepEqual(LANGUAGES.map((lang) => formatShortDay(lang, "2022-05-05")), ["5 мая", "5 мам", "5 May", "5 тра"]);
  assert.deepEqual(LANGUAGES.map((lang) => formatShortMonth(lang, "2022-05")), ["май 2022", "2022 мам", "May 2022", "тра 2022"]);
  assert.deepEqual(LANGUAGES.map((lang) => formatWeekday(lang, "2022-01-11")), ["вторник", "сейсенбі", "Tuesday", "вівторок"]);
  assert.equal(formatDate("kk", "2022-01-05T14:30"), "2022 ж. 5 қаңтар, 14:30");
});

test("a range says once what both days share", () => {
  assert.deepEqual(LANGUAGES.map((lang) => formatOccurred(lang, "2022-01-05/2022-01-07")), ["5–7 января 2022", "2022 ж. 5–7 қаңтар", "5–7 January 2022", "5–7 січня 2022"]);
  assert.equal(formatOccurred("ru", "2022-01-30/2022-02-02"), "30 января – 2 февраля 2022");
  assert.equal(formatOccurred("ru", "2021-12-31/2022-01-01"), "31 декабря 2021 – 1 января 2022");
});

test("numbers and units are written in the page's language", () => {
  assert.equal(formatCount("kk", 12345).replace(/\s/g, " "), "12 345");
  assert.match(formatDistance("kk", 3600), /^3,6.км$/);
});

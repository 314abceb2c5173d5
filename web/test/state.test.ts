import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultState, filterParams, formatState, joinInterval, joinNames, parseState, preferredLanguage, splitInterval, splitNames } from "../src/state.ts";

test("a state with every field comes back from its URL", () => {
  const state = {
    ...defaultState("ru"), layer: "dataset-x", view: { lon: 76.9, lat: 43.25, zoom: 12 }, datetime: "2022-01-02/2022-01-05", category: ["", "a,b", "c\\d"],
    precision: "settlement" as const, q: "площадь & co", place: "kz-almaty", locatedAt: "place:kz-city-aktau", incident: "x", lang: "kk" as const, panel: "unlocated" as const, inView: true, embed: true,
  };
  assert.deepEqual(parseState(formatState(state, "ru"), "ru"), state);
});

test("defaults leave the URL empty and a broken URL opens the default map", () => {
  assert.equal(formatState(defaultState("en"), "en"), "");
  assert.deepEqual(parseState("?view=a,b&precision=exact&panel=9&datetime=yesterday", "en"), defaultState("en"));
});

test("names with commas and backslashes survive the join", () => {
  const names = ["a,b", "c\\", "", "\\,"];
  assert.deepEqual(splitNames(joinNames(names)), names);
});

test("dates in either order make an interval and come apart again", () => {
  assert.equal(joinInterval("2022-01-05", "2022-01-02"), "2022-01-02/2022-01-05");
  assert.equal(joinInterval("2022-01-05", ""), "2022-01-05/..");
  assert.deepEqual(splitInterval("../2022-01-05"), { from: "", to: "2022-01-05" });
});

test("a filter left out of the parameters is really left out", () => {
  const state = { ...defaultState("ru"), q: " x ", precision: "site" as const };
  assert.deepEqual(filterParams(state, ["precision"]), { q: "x" });
});

test("the browser's first known language is taken, else Russian", () => {
  assert.equal(preferredLanguage(["de", "uk-UA", "en"]), "uk");
  assert.equal(preferredLanguage(["fr"]), "ru");
});

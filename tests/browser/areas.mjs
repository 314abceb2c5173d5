// Never a false dot: what is known only to a district, region or country is an area with a count of its own, at every zoom level.
import assert from "node:assert/strict";

const WINDOWS = [
  ["desktop", { viewport: { width: 1280, height: 800 } }],
  ["phone", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 }],
];

/** What the badges add up to, and what the label of each area says. */
const shown = (page) => page.evaluate(() => ({
  badges: [...document.querySelectorAll("#map .badge svg[data-count]")].reduce((sum, each) => sum + Number(each.dataset.count), 0),
  flags: Object.fromEntries([...document.querySelectorAll("#map .flag")].map((each) => [each.dataset.area, Number(each.textContent.replace(/\D/g, ""))])),
}));

/** Pixels of the map at a zoom level, from the upper left corner of the world. */
const project = (lon, lat, zoom) => {
  const size = 256 * 2 ** zoom;
  const sin = Math.sin((lat * Math.PI) / 180);
  return [((lon + 180) / 360) * size, (0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)) * size];
};

/** A badge stands for its members, which lie at most so far (pixels) from it. */
const REACH = 60;
/** The share of the window beyond its edges that has badges too. */
const MARGIN = 0.3;

export const areaTests = (test, { open, json, link }) => {
  /** How many of the placed incidents surely have a badge in the window of `map` pixels, and how many may. */
  const expected = (places, [lon, lat, zoom], map) => {
    const [cx, cy] = project(lon, lat, zoom);
    const within = (reach) => places.filter(({ properties }) => {
      const [x, y] = project(properties.lon, properties.lat, zoom);
      return Math.abs(x - cx) <= map.width * (0.5 + MARGIN) + reach && Math.abs(y - cy) <= map.height * (0.5 + MARGIN) + reach;
    }).reduce((sum, { properties }) => sum + properties.count, 0);
    return [within(-REACH), within(REACH)];
  };

  test("badges count what is at places, areas have their own counts, and both add up at every zoom level on phone and desktop", async () => {
    const { located } = await json("/layers/incidents/counts.json");
    const places = (await json("/layers/incidents/places.geojson")).features;
    const areas = (await json("/layers/incidents/areas.geojson")).features.filter(({ properties }) => properties.count > 0);
    const wanted = Object.fromEntries(areas.map(({ properties }) => [properties.key, properties.count]));
    const inAreas = areas.reduce((sum, { properties }) => sum + properties.count, 0);
    assert.ok(inAreas > 0 && areas.length > 1);
    for (const [name, options] of WINDOWS) {
      const page = await open("", options);
      const first = await shown(page);
      assert.deepEqual(first, { badges: located - inAreas, flags: wanted }, `${name}, first view`);
      assert.equal(Number(await page.locator(".area-only").getAttribute("data-count")), inAreas, "the totals line says how many are known only to an area");
      const map = await page.locator("#map").boundingBox();
      for (const zoom of [3, 3.5, 4, 5, 6]) {
        for (const [lon, lat] of [[66.9, 47], [53, 44]]) {
          await page.goto(`${link.page}?view=${lon},${lat},${zoom}`);
          await page.waitForSelector("body[data-ready]");
          const { badges, flags } = await shown(page);
          const [least, most] = expected(places, [lon, lat, zoom], map);
          assert.ok(badges >= least && badges <= most, `${name}, zoom ${zoom}: the badges add up to ${badges}, not to ${least}..${most}`);
          for (const [key, count] of Object.entries(flags)) assert.equal(count, wanted[key], `${name}, zoom ${zoom}: ${key}`);
          assert.equal(flags["place:kz"], wanted["place:kz"], `${name}, zoom ${zoom}: the country has its label`);
          if (lon === 53 || zoom <= 4) assert.deepEqual(flags, wanted, `${name}, zoom ${zoom}: each area has its label`);
          if (zoom === 3) assert.equal(badges + Object.values(flags).reduce((a, b) => a + b), located);
        }
      }
      await page.close();
    }
  });

  test("in a layer of thousands of places the regions stay areas with their counts, and the numbers are the server's", async () => {
    const rows = Array.from({ length: 4000 }, (_, i) => `${i},2022-03-05,Row ${i},${(43.4 + (i % 80) * 0.05).toFixed(4)},${(51 + Math.floor(i / 80) * 0.6).toFixed(4)},`);
    for (const [i, place] of ["в Мангистауской области", "в Алматинской области", "в Атырауской области", "в Казахстане"].entries()) {
      for (let n = 0; n < 100 * (i + 1); n += 1) rows.push(`a${i}-${n},2022-03-05,Area ${i} ${n},,,${place}`);
    }
    const headers = { authorization: `Bearer ${link.token}` };
    const sent = await fetch(`${link.page}api/imports?filename=wide.csv`, { method: "POST", headers: { ...headers, "content-type": "text/csv" }, body: `id,date,title,lat,lon,place\n${rows.join("\n")}\n` });
    assert.equal(sent.status, 201);
    const { id } = await sent.json();
    const areas = (await json("/layers/dataset-wide/areas.geojson")).features.filter(({ properties }) => properties.count > 0);
    const wanted = Object.fromEntries(areas.map(({ properties }) => [properties.key, properties.count]));
    assert.equal(areas.length, 4);
    const clusters = await json("/layers/dataset-wide/clusters.geojson?bbox=-180,-85,180,85&zoom=3");
    assert.deepEqual([clusters.inAreas, clusters.numberMatched], [1000, 5000]);
    for (const [name, options] of WINDOWS) {
      for (const zoom of [3, 4, 5, 6]) {
        const page = await open(`?layer=dataset-wide&view=66.9,47,${zoom}`, options);
        const { badges, flags } = await shown(page);
        if (zoom <= 4) assert.deepEqual({ badges, flags }, { badges: 4000, flags: wanted }, `${name}, zoom ${zoom}`);
        for (const [key, count] of Object.entries(flags)) assert.equal(count, wanted[key]);
        assert.ok("place:kz" in flags, `${name}, zoom ${zoom}: the country has its label`);
        assert.ok(badges <= 4000 && badges > 0);
        assert.equal(Number(await page.locator(".area-only").getAttribute("data-count")), 1000);
        // The label of an area is as good as the area: it lists what is known only to it.
        if (zoom === 4 && name === "desktop") {
          await page.locator('#map .badge:has(.flag[data-area="place:kz-region-mangystau"])').press("Enter");
          await page.waitForFunction(() => document.querySelector("#totals-line")?.dataset.matched === "100");
        }
        await page.close();
      }
    }
    assert.equal((await fetch(`${link.page}api/imports/${id}`, { method: "DELETE", headers })).status, 200);
  });
};

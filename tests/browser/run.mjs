// Drives the real page of the real program in real Chromium. Names are sentences; screenshots go to target/screenshots.
// Needs target/debug/incident-map and Chromium ($CHROMIUM, or chromium, chromium-browser, google-chrome on the PATH).
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { accessSync, constants, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { areaTests } from "./areas.mjs";
import { pageTests } from "./page.mjs";
import { readingTests } from "./reading.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const screenshots = join(root, "target/screenshots");

const isProgram = (path) => {
  try { accessSync(path, constants.X_OK); return true; } catch { return false; }
};
const findChromium = () => {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  return ["chromium", "chromium-browser", "google-chrome"].flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
};

const executablePath = findChromium();
if (!executablePath) {
  const isError = process.env.CI === "true";
  console.log(`\n${"!".repeat(80)}\nSKIPPED: the browser tests. There is no Chromium on this machine.\nInstall it (Debian: apt install chromium) or name it: CHROMIUM=/path/to/chromium make browser\n${"!".repeat(80)}\n`);
  console.log(`0 passed, ${isError ? 1 : 0} failed`);
  process.exit(isError ? 1 : 0);
}
const { chromium } = createRequire(join(root, "web/package.json"))("playwright-core");

// --- The program and the browser -------------------------------------------------------------------------------------------------
const folder = mkdtempSync(join(tmpdir(), "incident-map-browser-"));
mkdirSync(screenshots, { recursive: true });
const program = spawn(join(root, "target/debug/incident-map"), ["demo", "--db", join(folder, "demo.db"), "--bind", "127.0.0.1:0"], { stdio: ["ignore", "pipe", "inherit"] });
const stopped = () => {
  program.kill();
  rmSync(folder, { recursive: true, force: true });
};
const link = await new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error("the program did not say where it listens within 60 s")), 60_000);
  program.once("exit", (code) => reject(new Error(`the program ended with ${code}; build it first: cargo build`)));
  createInterface({ input: program.stdout }).on("line", (line) => {
    const found = /(http:\/\/[^\s]+)#token=(\S+)/.exec(line);
    if (found) { clearTimeout(timer); resolve({ page: found[1], token: found[2] }); }
  });
});
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--headless", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});

const strangers = new Set();
const complaints = [];
/** Opens the page; an `empty` one goes nowhere yet. */
const open = async (address = "", options = {}, empty = false) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "ru-RU", acceptDownloads: true, reducedMotion: "reduce", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  page.on("request", (request) => { if (!request.url().startsWith(link.page) && !/^(data|blob):/.test(request.url())) strangers.add(request.url()); });
  page.on("console", (message) => { if (message.type() === "error") complaints.push(message.text()); });
  page.on("pageerror", (error) => complaints.push(String(error)));
  if (empty) return page;
  await page.goto(link.page + address);
  await page.waitForSelector("body[data-ready]");
  return page;
};
const json = async (path) => (await fetch(link.page.replace(/\/$/, "") + path)).json();
/** The numbers of the totals line, once they satisfy `wanted`. */
const totals = async (page, wanted = () => true) => {
  for (let tries = 0; ; tries += 1) {
    const data = await page.locator("#totals-line").evaluate((element) => ({ ...element.dataset }));
    const numbers = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, Number(value)]));
    if (wanted(numbers)) return numbers;
    if (tries >= 100) throw new Error(`the totals stay at ${JSON.stringify(numbers)}`);
    await page.waitForTimeout(100);
  }
};
/** Waits until the list has so many rows. */
const listed = (page, count) => page.waitForFunction((wanted) => document.querySelectorAll("#list .row").length === wanted, count);
const settled = (page) => page.waitForSelector('#list[aria-busy="false"]');

const tests = [];
const test = (name, run) => tests.push({ name, run });

// --- Look ------------------------------------------------------------------------------------------------------------------------
test("the map shows every demo incident, on it or in the list without a place, and the counts add up", async () => {
  const page = await open();
  const numbers = await totals(page);
  const lines = readFileSync(join(root, "data/incidents/january-2022.csv"), "utf8");
  assert.ok(lines.length > 0);
  const counts = await json("/layers/incidents/counts.json");
  assert.equal(numbers.total, counts.total);
  assert.equal(numbers.located + numbers.unlocated, numbers.total);
  assert.equal(Number(await page.locator("#strip").getAttribute("data-count")), numbers.unlocated);
  const [places, areas] = await Promise.all([json("/layers/incidents/places.geojson"), json("/layers/incidents/areas.geojson")]);
  const sum = [...places.features, ...areas.features].reduce((all, { properties }) => all + properties.count, 0);
  assert.equal(sum, numbers.located, "what is drawn is what is located");
  assert.ok(await page.locator("#map .badge").count() > 5);
  assert.ok(await page.locator("#map path.area").count() > 0, "regions are drawn as regions");
  // The outlines are drawn on a canvas: land and sea must both be there.
  const shades = await page.locator("#map .leaflet-base-pane canvas").evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(Array.from({ length: data.length / 4 }, (_, i) => data.slice(4 * i, 4 * i + 4).join())).size;
  });
  assert.ok(shades > 2, "the base map has outlines");
  await page.screenshot({ path: join(screenshots, "desktop.png") });
  await page.close();
});

areaTests(test, { open, json, link });

test("the unlocated are one step away and say in which words the place was given", async () => {
  const page = await open();
  const { unlocated } = await totals(page);
  await page.click("#strip");
  await listed(page, unlocated);
  assert.match(await page.locator("#list").innerText(), /на западе страны/);
  await page.close();
});

test("a category, a precision, words and dates each change what is shown", async () => {
  const page = await open();
  const { total } = await totals(page);
  const chip = page.locator(".chip[data-category]").first();
  const category = await chip.getAttribute("data-category");
  await chip.click();
  const byCategory = await totals(page, ({ matched }) => matched < total);
  assert.equal(byCategory.matched, (await json(`/layers/incidents/counts.json?category=${encodeURIComponent(category)}`)).matched);
  await listed(page, byCategory.matched);
  await page.locator(".chip[data-category]").first().click();
  await totals(page, ({ matched }) => matched === total);

  await page.selectOption("#precision", "street");
  const byPrecision = await totals(page, ({ matched }) => matched < total && matched > 0);
  assert.equal(byPrecision.matched, (await json("/layers/incidents/counts.json?precision=street")).matched);
  await page.selectOption("#precision", "");
  await totals(page, ({ matched }) => matched === total);

  await page.fill("#words", "АЭРОПОРТ");
  const byWords = await totals(page, ({ matched }) => matched < total);
  assert.ok(byWords.matched >= 1);
  await page.fill("#words", "");
  await totals(page, ({ matched }) => matched === total);

  await page.fill("#date-from", "2022-01-05");
  await page.fill("#date-to", "2022-01-05");
  const thatDay = (await json("/layers/incidents/counts.json?datetime=2022-01-05")).matched;
  assert.ok(thatDay > 0 && thatDay < total);
  await totals(page, ({ matched }) => matched === thatDay);
  await page.close();
});

test("a drag across the bars of the histogram chooses those days", async () => {
  const page = await open();
  const { total } = await totals(page);
  const box = await page.locator("#timeline .u-over").boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + box.width * 0.02, y);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.15, y, { steps: 5 });
  await page.mouse.up();
  // The totals follow the drag; the address holds what was chosen at its end.
  await page.waitForFunction(() => new URLSearchParams(location.search).get("datetime"));
  const datetime = new URL(page.url()).searchParams.get("datetime");
  assert.match(datetime ?? "", /^2022-01-02/);
  const expected = (await json(`/layers/incidents/counts.json?datetime=${datetime}`)).matched;
  assert.ok(expected < total);
  await totals(page, ({ matched }) => matched === expected);
  await page.close();
});

test("a row of the list opens its story and the address brings it back", async () => {
  const page = await open("?q=%D0%9A%D0%BE%D0%B7%D1%8B%D0%B1%D0%B0%D0%B5%D0%B2%D0%B0");
  await settled(page);
  await page.locator("#list .row").first().click();
  await page.waitForSelector("#story-title");
  const story = await page.locator("#detail").innerText();
  assert.match(story, /«по улице Козыбаева»/);
  assert.match(story, /january-2022\.csv/);
  assert.match(story, /Казахстан\s*›\s*Алматы\s*›\s*Козыбаева/, "from the country down to the street itself");
  await page.screenshot({ path: join(screenshots, "story.png") });
  const address = page.url();
  const title = await page.locator("#story-title").innerText();
  await page.goto("about:blank");
  await page.goto(address);
  await page.waitForSelector("#story-title");
  assert.equal(await page.locator("#story-title").innerText(), title);
  await page.keyboard.press("Escape");
  await page.waitForSelector("#browse:not([hidden])");
  await page.close();
});

test("a place on the map lists the incidents at exactly that place", async () => {
  const page = await open("?view=76.945,43.238,17");
  const badge = page.locator('#map .badge[aria-label*="Республики"]').first();
  if (await badge.count() === 0) throw new Error(`no badge for the square: ${await page.locator("#map .badge").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label")).join(" | "))}`);
  await badge.focus();
  await page.keyboard.press("Enter");
  const expected = (await json("/layers/incidents/counts.json?located_at=place:kz-almaty-square-respubliki")).matched;
  await totals(page, ({ matched }) => matched === expected);
  await page.close();
});

test("the address restores filter and language", async () => {
  const page = await open("?lang=kk&category=protest");
  const { matched, total } = await totals(page);
  assert.ok(matched < total && matched > 0);
  assert.equal(await page.locator("html").getAttribute("lang"), "kk");
  for (const [language, word] of [["uk", /Події|подій|події/i], ["en", /incident/i], ["ru", /событи/i], ["kk", /оқиға/i]]) {
    await page.selectOption("#language", language);
    await page.waitForFunction((code) => document.documentElement.lang === code, language);
    assert.match(await page.locator("#panel").innerText(), word);
  }
  await page.close();
});

test("the keyboard alone reaches a story and comes back", async () => {
  const page = await open();
  await page.locator("#skip").focus();
  await page.keyboard.press("Enter");
  for (let steps = 0; steps < 60; steps += 1) {
    if (await page.evaluate(() => document.activeElement?.classList.contains("row"))) break;
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("ArrowDown");
  const id = await page.evaluate(() => document.activeElement?.dataset.id);
  assert.ok(id, "a row has the focus");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#story-title");
  assert.ok(page.url().includes(id));
  await page.keyboard.press("Escape");
  await page.waitForSelector("#browse:not([hidden])");
  assert.equal(await page.evaluate(() => document.activeElement?.dataset.id), id, "the focus is back on the row");
  await page.close();
});

test("the page fits a phone, and its sheet opens", async () => {
  const page = await open("", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 });
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390, "nothing sticks out");
  await page.screenshot({ path: join(screenshots, "phone.png") });
  await page.tap("#sheet-handle");
  await page.waitForTimeout(400);
  const first = await page.locator("#list .row").first().boundingBox();
  assert.ok(first && first.y < 844, "the list is in sight");
  await page.screenshot({ path: join(screenshots, "phone-list.png") });
  await page.locator("#list .row").first().tap();
  await page.waitForSelector("#story-title");
  await page.screenshot({ path: join(screenshots, "phone-story.png") });
  await page.close();
});

test("dark is dark", async () => {
  const page = await open("", { colorScheme: "dark" });
  const colour = await page.evaluate(() => getComputedStyle(document.querySelector("#panel")).backgroundColor);
  const [red, green, blue] = colour.match(/\d+/g).map(Number);
  assert.ok(red + green + blue < 200, colour);
  await page.screenshot({ path: join(screenshots, "dark.png") });
  await page.close();
});

// --- Load ------------------------------------------------------------------------------------------------------------------------
const badRows = join(folder, "плохие строки.csv");
writeFileSync(badRows, Buffer.concat([
  Buffer.from("id;дата;заголовок;место;категория\r\n1;05.01.2022;<script>window.hacked=1</script><img src=x onerror=window.hacked=1>;в Актау;загрузка\r\n2;31.02.2022;Плохая дата;в Актау;загрузка\r\n3;05.01.2022;Без места;;загрузка\r\n4;05.01.2022;Неизвестное место;в Запупыринске;загрузка\r\n5;05.01.2022\r\n6;05.01.2022;"),
  Buffer.from([0xcf, 0xeb, 0xee, 0xf5, 0xee]),
  Buffer.from(";Актау;загрузка\r\n7;06.01.2022;Жаңаөзенде жиын;Жаңаөзенде;загрузка\r\n"),
]));

test("what a file was understood as is shown, changed, checked, kept as a preset and loaded", async () => {
  const page = await open(`#token=${link.token}`);
  await page.click("#open-upload");
  const table = "Что;Куда;Примечание\nМитинг;на площади Республики в Алматы;а\nПожар;в Мангистауской области;б\nСбор;в Актау;в\n";
  await page.setInputFiles("#upload-file", { name: "desk.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  const what = page.locator('select[data-header="Что"]');
  const where = page.locator('select[data-header="Куда"]');
  await where.waitFor();
  assert.match(await page.locator(".understood .error").innerText(), /ни один столбец не говорит, где/);
  assert.equal(await page.locator("#delimiter").inputValue(), ";");
  assert.equal(await page.locator("#encoding").inputValue(), "UTF-8");
  // A native select, as the keyboard reaches it.
  const choose = async (select, wanted) => {
    await select.focus();
    await select.selectOption(wanted);
  };
  await choose(what, "title");
  await page.waitForFunction(() => document.querySelector(".understood li")?.textContent?.includes("Митинг"));
  await choose(where, "place");
  await page.waitForSelector(".preview-map .preview-number");
  assert.equal(await page.locator(".understood .error").count(), 0);
  assert.equal(await page.locator(".understood li").count(), 3);
  assert.equal(await page.locator(".preview-map .preview-number").count(), 3, "each row is on the map");
  assert.ok(await where.evaluate((element) => element === document.activeElement), "the focus stays where it was");
  await page.locator(".understood").screenshot({ path: join(screenshots, "preview.png") });
  await page.fill("#preset-name", "дежурный");
  await page.click("#preset-keep");
  await page.waitForFunction(() => document.querySelector("#preset")?.value === "дежурный");
  await page.click("#upload .actions button.plain");
  await page.waitForSelector("#upload .job .examples");
  assert.equal(await page.locator("#upload [data-count=new]").innerText(), "3");
  await page.click("#upload button[type=submit]");
  await page.waitForSelector("#upload [data-undo]");
  assert.equal(await page.locator("#upload [data-count=resolved]").innerText(), "3");
  await page.locator("#upload [data-undo]").click();
  await page.locator("#upload [data-undo]").click();
  await page.waitForSelector("#upload [data-undo]", { state: "detached" });
  await page.context().close();

  const phone = await open(`#token=${link.token}`, { viewport: { width: 390, height: 844 }, colorScheme: "dark" });
  await phone.click("#open-upload");
  await phone.setInputFiles("#upload-file", { name: "desk.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await phone.selectOption("#preset", "дежурный");
  await phone.waitForSelector(".preview-map .preview-number");
  const wide = await phone.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(wide <= 0, `the page is ${wide} pixels wider than the phone`);
  await phone.screenshot({ path: join(screenshots, "preview-phone.png") });
  await phone.context().close();
});

test("an upload with bad rows adds its good ones, lists the others, and the totals add up", async () => {
  const page = await open(`#token=${link.token}`);
  const before = await totals(page);
  assert.ok(!page.url().includes("token"), "the token leaves the address bar");
  await page.click("#open-upload");
  await page.setInputFiles("#upload-file", badRows);
  await page.click("#upload button[type=submit]");
  await page.waitForSelector("#upload [data-count=read]");
  const count = async (name) => Number(await page.locator(`#upload [data-count=${name}]`).innerText());
  assert.equal(await count("read"), 7);
  assert.equal((await count("new")) + (await count("updated")) + (await count("unchanged")) + (await count("duplicate")) + (await count("rejected")), 7);
  assert.equal(await count("new"), 4);
  assert.equal((await count("resolved")) + (await count("ambiguous")) + (await count("unresolved")), 4);
  assert.equal(await page.locator("#upload tbody tr").count(), 5, "each bad row is listed");
  await page.screenshot({ path: join(screenshots, "upload.png") });
  await page.keyboard.press("Escape");
  const after = await totals(page, ({ total }) => total === before.total + 4);
  assert.equal(after.located + after.unlocated, after.total);
  assert.equal(after.unlocated, before.unlocated + 2);
  await page.close();
});

test("the problems of a file are downloaded, repaired and loaded, and nothing is loaded twice", async () => {
  const page = await open(`#token=${link.token}`);
  const { total } = await totals(page);
  await page.click("#open-upload");
  const table = "id;дата;заголовок;место\n1;05.02.2022;Хорошая строка;в Актау\n2;31.02.2022;Строка с плохой датой;в Актобе\n";
  await page.setInputFiles("#upload-file", { name: "починка.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await page.fill("#upload-dataset", "починка");
  await page.click("#upload button[type=submit]");
  const count = async (name) => Number(await page.locator(`#upload [data-count=${name}]`).innerText());
  await page.waitForSelector("#upload [data-count=rejected]");
  assert.deepEqual([await count("new"), await count("rejected")], [1, 1]);
  const [download] = await Promise.all([page.waitForEvent("download"), page.click("#upload a[download]")]);
  const problems = readFileSync(await download.path(), "utf8");
  assert.match(problems, /31\.02\.2022/);
  const repaired = problems.replaceAll("31.02.2022", "28.02.2022");
  await page.setInputFiles("#upload-file", { name: "починка, исправлено.csv", mimeType: "text/csv", buffer: Buffer.from(repaired) });
  await page.fill("#upload-dataset", "починка");
  await page.click("#upload button[type=submit]");
  await page.waitForFunction(() => document.querySelector("#upload [data-count=rejected]")?.textContent === "0");
  assert.deepEqual([await count("read"), await count("new"), await count("rejected")], [1, 1, 0]);
  await page.keyboard.press("Escape");
  await totals(page, (numbers) => numbers.total === total + 2);
  const { features } = await json(`/layers/incidents.geojson?dataset=${encodeURIComponent("починка")}`);
  assert.deepEqual(features.map(({ properties }) => [properties.key, properties.occurred]), [["2", "2022-02-28"], ["1", "2022-02-05"]]);
  await page.close();
});

test("a layer with thousands of places is shown as clusters whose counts add up, for any filter, and each opens", async () => {
  const rows = Array.from({ length: 3000 }, (_, i) => `${i},2022-03-${String((i % 28) + 1).padStart(2, "0")},Crowd ${i},${["fire", "protest"][i % 2]},${(43.1 + (i % 60) * 0.005).toFixed(4)},${(76.7 + Math.floor(i / 60) * 0.008).toFixed(4)}`);
  const sent = await fetch(`${link.page}api/imports?filename=crowd.csv`, { method: "POST", headers: { authorization: `Bearer ${link.token}`, "content-type": "text/csv" }, body: `id,date,title,category,lat,lon\n${rows.join("\n")}\n` });
  assert.equal(sent.status, 201);
  const { id } = await sent.json();
  const page = await open("?layer=dataset-crowd&view=76.9,43.25,10");
  const badges = page.locator("#map .badge");
  const sum = async () => (await badges.allInnerTexts()).reduce((all, text) => all + (Number(text.replace(/\D/g, "")) || 1), 0);
  /** Waits until the badges add up to so many incidents. */
  const addsUpTo = async (wanted) => {
    for (let tries = 0; await sum() !== wanted; tries += 1) {
      assert.ok(tries < 60, `the badges add up to ${await sum()}, not to ${wanted}`);
      await page.waitForTimeout(100);
    }
  };
  await addsUpTo(3000);
  assert.ok(await badges.count() < 120, "they are clusters");
  await page.screenshot({ path: join(screenshots, "crowd.png") });
  const before = (await badges.allInnerTexts()).sort();
  // Away and back: the same clusters with the same counts.
  await page.evaluate(() => document.querySelector("#map").focus());
  await page.keyboard.press("ArrowRight");
  await page.waitForTimeout(400);
  await page.keyboard.press("ArrowLeft");
  await page.waitForTimeout(400);
  await addsUpTo(3000);
  assert.deepEqual((await badges.allInnerTexts()).sort(), before);
  // A filter counts anew at once.
  await page.goto(`${link.page}?layer=dataset-crowd&view=76.9,43.25,10&category=fire`);
  await page.waitForSelector("body[data-ready]");
  await addsUpTo(1500);
  await page.goto(`${link.page}?layer=dataset-crowd&view=76.9,43.25,10&datetime=2022-03-01/2022-03-14`);
  await page.waitForSelector("body[data-ready]");
  await addsUpTo(rows.filter((row) => Number(row.slice(row.indexOf("2022-03-") + 8, row.indexOf("2022-03-") + 10)) <= 14).length);
  // The keyboard opens a cluster: the map comes nearer.
  await page.goto(`${link.page}?layer=dataset-crowd&view=76.9,43.25,8`);
  await page.waitForSelector("body[data-ready]");
  await addsUpTo(3000);
  await badges.first().focus();
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => Number(new URLSearchParams(location.search).get("view")?.split(",")[2]) > 8);
  await page.close();
  const undone = await fetch(`${link.page}api/imports/${id}`, { method: "DELETE", headers: { authorization: `Bearer ${link.token}` } });
  assert.equal(undone.status, 200);
});

test("words of a report stay text", async () => {
  const page = await open("?q=hacked");
  await settled(page);
  assert.match(await page.locator("#list").innerText(), /<script>window\.hacked=1<\/script>/);
  await page.locator("#list .row").first().click();
  await page.waitForSelector("#story-title");
  assert.match(await page.locator("#story-title").innerText(), /<script>/);
  assert.equal(await page.evaluate(() => window.hacked), undefined);
  await page.close();
});

test("a file is checked, loaded, and taken back by keyboard after being asked twice", async () => {
  const page = await open(`#token=${link.token}`);
  const before = await totals(page);
  await page.click("#open-upload");
  await page.setInputFiles("#upload-file", { name: "undo.csv", mimeType: "text/csv", buffer: Buffer.from("id,date,title,place\n1,2022-01-05,Лишнее,в Актау\n2,2022-01-05,Лишнее,в Таразе\n") });
  await page.click("#upload .actions button.plain");
  await page.waitForSelector("#upload .job .examples");
  assert.equal(await page.locator("#upload .job .examples li").count(), 2, "a dry run shows what would come");
  assert.equal(await page.locator("#upload [data-undo]").count(), 0);
  assert.deepEqual(await totals(page), before, "a dry run keeps nothing");
  await page.screenshot({ path: join(screenshots, "dry-run.png") });
  await page.click("#upload button[type=submit]");
  await page.waitForSelector("#upload [data-undo]");
  await totals(page, ({ total }) => total === before.total + 2);
  await page.focus("#upload [data-undo]");
  const first = await page.locator("#upload [data-undo]").innerText();
  await page.keyboard.press("Enter");
  await page.waitForFunction((old) => document.querySelector("#upload [data-undo]")?.textContent !== old, first);
  await page.screenshot({ path: join(screenshots, "undo.png") });
  await page.keyboard.press("Enter");
  await page.waitForSelector("#upload [data-undo]", { state: "detached" });
  await page.keyboard.press("Escape");
  assert.deepEqual(await totals(page, ({ total }) => total === before.total), before);
  await page.close();
});

test("a wrong token and a file without places are refused in words", async () => {
  const page = await open();
  const before = await totals(page);
  await page.click("#open-upload");
  await page.setInputFiles("#upload-file", badRows);
  await page.fill("#upload-token", "wrong");
  await page.click("#upload button[type=submit]");
  await page.waitForFunction(() => document.querySelector(".upload-note.error")?.textContent);
  const refused = await page.locator(".upload-note").innerText();
  assert.ok(refused.length > 10);
  await page.setInputFiles("#upload-file", { name: "x.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") });
  await page.fill("#upload-token", link.token);
  await page.click("#upload button[type=submit]");
  await page.waitForFunction((old) => { const text = document.querySelector(".upload-note.error")?.textContent; return text && text !== old; }, refused);
  const after = await totals(page);
  assert.equal(after.total, before.total);
  complaints.splice(0, complaints.length, ...complaints.filter((text) => !/status of 4(01|22)/.test(text)));
  await page.close();
});

pageTests(test, { open, json, link, totals, screenshot: (name) => join(screenshots, `${name}.png`) });
readingTests(test, { open, link, complaints, screenshot: (name) => join(screenshots, `${name}.png`) });

test("when the server is gone the page says so and keeps what it shows", async () => {
  const page = await open();
  await page.route("**/layers/**", (route) => route.abort());
  await page.fill("#words", "Актау");
  await page.waitForSelector("#banner:not([hidden])");
  await page.unroute("**/layers/**");
  await page.click("#banner button");
  await page.waitForSelector("#banner", { state: "hidden" });
  complaints.splice(0, complaints.length, ...complaints.filter((text) => !/ERR_FAILED/.test(text)));
  await page.close();
});

// --- At the end, because they speak of all the above ---------------------------------------------------------------------------------
test("no request leaves the machine", async () => { assert.deepEqual([...strangers], []); });
test("the console shows no error", async () => { assert.deepEqual(complaints, []); });

let failed = 0;
const only = process.argv[2];
for (const { name, run } of tests.filter(({ name }) => !only || name.includes(only))) {
  try {
    await run();
    console.log(`ok      ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED  ${name}\n${error.stack}`);
    const [context] = browser.contexts().slice(-1);
    const [page] = context?.pages() ?? [];
    if (page) await page.screenshot({ path: join(screenshots, "failed.png") }).catch(() => {});
  } finally {
    for (const context of browser.contexts()) await context.close();
  }
}
await browser.close();
stopped();
const run = tests.filter(({ name }) => !only || name.includes(only)).length;
console.log(`${run - failed} passed, ${failed} failed`);
process.exit(failed > 0 ? 1 : 0);

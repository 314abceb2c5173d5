// The page as people met it on phones, in Kazakh, embedded, by keyboard, while dragging and while loading.
import assert from "node:assert/strict";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const csv = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
const BAD = "id;дата;заголовок;место\n1;05.02.2022;Годная строка;в Актау\n2;31.02.2022;Строка с плохой датой;в Актобе\n";

export const pageTests = (test, { open, json, link, totals, screenshot }) => {
  test("what became of a file fits into the dialog of a phone", async () => {
    const page = await open(`#token=${link.token}`, PHONE);
    await page.tap("#open-upload");
    await page.setInputFiles("#upload-file", csv("очень-длинное-имя-файла-без-единого-пробела-в-нём.csv", BAD));
    await page.click("#upload .actions button.plain");
    await page.waitForSelector("#upload .job .examples");
    const wide = await page.locator("#upload").evaluate((dialog) => ({ dialog: dialog.scrollWidth - dialog.clientWidth, parts: [...dialog.querySelectorAll(".job > *, .past > *, form > *")].filter((part) => part.getBoundingClientRect().right > dialog.getBoundingClientRect().right).map((part) => part.outerHTML.slice(0, 80)) }));
    assert.deepEqual(wide, { dialog: 0, parts: [] });
    await page.locator("#upload .job table").scrollIntoViewIfNeeded();
    await page.screenshot({ path: screenshot("dry-run-phone") });
    await page.close();
  });

  test("a dry run lists its problems, offers them as a file, and says each in the page's language", async () => {
    const page = await open(`#token=${link.token}`);
    await page.click("#open-upload");
    await page.setInputFiles("#upload-file", csv("bad.csv", BAD));
    await page.click("#upload .actions button.plain");
    await page.waitForSelector("#upload .job .examples");
    const table = await page.request.get(new URL(await page.locator("#upload .job a[download]").getAttribute("href"), page.url()).href);
    assert.match(await table.text(), /31\.02\.2022/);
    const rows = await page.locator("#upload .job tbody tr").allInnerTexts();
    assert.equal(rows.length, 1);
    assert.match(rows[0], /дата не читается/);
    assert.doesNotMatch(rows[0], /[a-z]{4}/, "no English beside it");
    assert.match(await page.locator("#upload .job .examples").innerText(), /Строка 2 · новое/);
    await page.close();
  });

  test("the embedded map fills its window and shows the layer in its middle", async () => {
    const page = await open("?embed=1");
    await page.waitForTimeout(200);
    const { map, size, canvas } = await page.evaluate(() => ({
      map: document.querySelector("#map").getBoundingClientRect().width, size: innerWidth,
      canvas: document.querySelector(".leaflet-base-pane canvas").getBoundingClientRect().right,
    }));
    assert.equal(map, size);
    assert.ok(canvas >= size, "land is drawn up to the edge");
    const lon = Number(new URL(page.url()).searchParams.get("view").split(",")[0]);
    const { extent } = (await json("/layers")).layers[0];
    assert.ok(Math.abs(lon - (extent.bbox[0] + extent.bbox[2]) / 2) < 2, `the middle is at ${lon}`);
    await page.screenshot({ path: screenshot("embed") });
    await page.close();
  });

  test("days have names in Kazakh", async () => {
    const page = await open("?lang=kk");
    assert.match(await page.locator("#list").innerText(), /2022 ж\. 11 қаңтар\s*сейсенбі/);
    assert.doesNotMatch(await page.locator("body").innerText(), /M\d\d/);
    await page.locator("#list .row").first().click();
    await page.waitForSelector("#story-title");
    assert.doesNotMatch(await page.locator("#detail").innerText(), /M\d\d|[A-Z][a-z]{2} \d/);
    await page.screenshot({ path: screenshot("kk") });
    await page.close();
  });

  test("a large file shows how far it is, in bytes, rows and percent, while it is loaded", async () => {
    const page = await open(`#token=${link.token}`);
    await page.click("#open-upload");
    const job = { id: "x", state: "running", dataset: "big", file: "big.csv", read: 0, new: 0, updated: 0, unchanged: 0, duplicate: 0, rejected: 0, resolved: 0, ambiguous: 0, unresolved: 0, created: "2022-01-05T00:00:00Z", finished: null, error: null };
    let asked = 0;
    let preferred = "";
    await page.route("**/api/imports", async (route) => {
      if (route.request().method() !== "POST") { await route.fulfill({ json: { imports: [], links: [] } }); return; }
      preferred = await route.request().headerValue("prefer");
      await route.fulfill({ status: 202, json: job });
    });
    let finish = false;
    await page.route("**/api/imports/x", (route) => {
      asked += 1;
      route.fulfill({ json: finish ? { ...job, state: "succeeded", read: 800_000, new: 800_000, resolved: 800_000 } : { ...job, progress: { rows: 1000 * asked, share: 0.25, bytes_read: 12_000_000, bytes_total: 48_000_000, new: 990, rejected: 10 } } });
    });
    await page.setInputFiles("#upload-file", csv("big.csv", "id,date,title,place\n1,2022-01-05,x,в Актау\n"));
    await page.click("#upload button[type=submit]");
    await page.waitForFunction(() => /строк/.test(document.querySelector(".upload-note").textContent));
    const note = (await page.locator(".upload-note").innerText()).replace(/\s/g, " ");
    assert.match(note, /Прочитан.* \d 000 строк.* · 25 % файла · 12 МБ из 48 МБ/);
    assert.equal(preferred, "respond-async");
    assert.equal(await page.locator('[data-so-far="new"]').innerText(), "990", "what was found so far");
    assert.equal(await page.locator("#upload progress").evaluate((bar) => bar.value), 0.25);
    finish = true;
    await page.waitForSelector("#upload [data-count=read]");
    assert.equal(await page.locator("[data-so-far]").count(), 0);
    await page.close();
  });

  test("coordinates in doubt carry a mark, a sentence with the repair, and do not pull the first view", async () => {
    const body = "id,date,title,lat,lon\n1,2022-01-05,Right,43.24,76.94\n2,2022-01-06,Right too,43.35,51.15\n3,2022-01-07,Swapped,76.94,43.24\n";
    const headers = { authorization: `Bearer ${link.token}` };
    const sent = await fetch(`${link.page}api/imports?filename=doubt.csv`, { method: "POST", headers: { ...headers, "content-type": "text/csv" }, body });
    assert.equal(sent.status, 201);
    const { id } = await sent.json();
    const page = await open("", {}, true);
    // As a server answers that knows doubts.
    await page.route(/dataset-doubt\.geojson|api\/incidents\//, async (route) => {
      const answer = await route.fetch();
      const told = await answer.json();
      for (const { properties } of told.features ?? []) properties.doubt = properties.title === "Swapped" ? "swapped" : null;
      if (told.title === "Swapped") told.doubt = "swapped";
      await route.fulfill({ response: answer, json: told });
    });
    await page.goto(`${link.page}?layer=dataset-doubt`);
    await page.waitForSelector("body[data-ready]");
    const [, lat] = new URL(page.url()).searchParams.get("view").split(",").map(Number);
    assert.ok(lat < 50, `the view is at ${lat} degrees north`);
    const row = page.locator("#list .row", { hasText: "Swapped" });
    assert.match(await row.innerText(), /координаты под вопросом/);
    assert.equal(await page.locator("#list .doubt").count(), 1);
    await row.click();
    await page.waitForSelector("p.doubt");
    assert.match(await page.locator("p.doubt").innerText(), /переставлены\. Поменяйте их местами/);
    await page.close();
    assert.equal((await fetch(`${link.page}api/imports/${id}`, { method: "DELETE", headers })).status, 200);
  });

  test("the preview map names every row, and a wrong pair of coordinates does not take the map away", async () => {
    const page = await open(`#token=${link.token}`);
    await page.click("#open-upload");
    const rows = Array.from({ length: 6 }, (_, i) => `${i + 1},2022-01-05,Same ${i},в Актау,,`);
    rows.push("7,2022-01-05,Region,в Мангистауской области,,", "8,2022-01-05,Swapped,в Алматы,76.94,43.24");
    await page.setInputFiles("#upload-file", csv("preview.csv", `id,date,title,place,lat,lon\n${rows.join("\n")}\n`));
    await page.waitForSelector(".preview-number");
    const lines = (await page.locator(".preview-number").evaluateAll((all) => all.map((one) => one.dataset.lines))).join(",").split(",").map(Number);
    assert.deepEqual([...lines].sort((a, b) => a - b), [2, 3, 4, 5, 6, 7, 8, 9], "each row is in one number");
    assert.equal(await page.locator(".preview-number.area").innerText(), "8", "the region is no dot");
    assert.match(await page.locator(".understood").innerText(), /Вне карты лежат строки 9/);
    await page.locator(".preview-map").screenshot({ path: screenshot("preview-doubt") });
    await page.close();
  });

  test("without a token the dialog says what it needs to show how a file is understood", async () => {
    const page = await open();
    await page.click("#open-upload");
    await page.setInputFiles("#upload-file", csv("a.csv", BAD));
    assert.match(await page.locator(".understood").innerText(), /токен доступа/);
    await page.close();
  });

  test("a file dropped anywhere on the page opens the dialog with it", async () => {
    const page = await open(`#token=${link.token}`);
    const prevented = await page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(["id,date,title,place\n1,2022-01-05,x,в Актау\n"], "упал.csv", { type: "text/csv" }));
      const fire = (type) => !document.querySelector("#map").dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
      return [fire("dragenter"), fire("dragover"), document.body.classList.contains("dropping"), fire("drop")];
    });
    assert.deepEqual(prevented, [true, true, true, true]);
    await page.waitForSelector("#upload[open]");
    assert.equal(await page.locator("#upload .chosen").innerText(), "упал.csv");
    assert.equal(await page.locator("body.dropping").count(), 0);
    await page.close();
  });

  test("after an undo the keyboard goes on in the dialog, and after Esc on the page", async () => {
    const page = await open(`#token=${link.token}`);
    await page.click("#open-upload");
    await page.setInputFiles("#upload-file", csv("focus.csv", "id,date,title,place\n1,2022-01-05,Лишнее,в Актау\n"));
    await page.click("#upload button[type=submit]");
    await page.focus("#upload [data-undo]");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#upload [data-undo]", { state: "detached" });
    assert.ok(await page.evaluate(() => document.querySelector("#upload").contains(document.activeElement)));
    await page.keyboard.press("Escape");
    await page.waitForSelector("#upload:not([open])", { state: "attached" });
    await page.waitForFunction(() => document.activeElement?.id === "open-upload");
    await page.close();
  });

  test("clusters, list and totals follow a drag over the time before it ends, and it is one step back", async () => {
    const page = await open();
    const { total } = await totals(page);
    const box = await page.locator("#timeline .u-over").boundingBox();
    const y = box.y + box.height / 2;
    const address = page.url();
    await page.mouse.move(box.x + box.width * 0.02, y);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.15, y, { steps: 4 });
    const first = await totals(page, ({ matched }) => matched < total);
    await page.mouse.move(box.x + box.width * 0.45, y, { steps: 6 });
    const second = await totals(page, ({ matched }) => matched > first.matched);
    assert.equal(page.url(), address, "the address waits for the end");
    await page.waitForFunction((wanted) => document.querySelectorAll("#list .row").length === Math.min(50, wanted), second.matched);
    await page.mouse.up();
    await page.waitForFunction(() => new URLSearchParams(location.search).get("datetime"));
    const expected = (await json(`/layers/incidents/counts.json?datetime=${new URL(page.url()).searchParams.get("datetime")}`)).matched;
    await totals(page, ({ matched }) => matched === expected);
    await page.goBack();
    await totals(page, (numbers) => numbers.matched === total);
    await page.close();
  });

  test("what was said of the columns by hand holds for the file with the repaired rows", async () => {
    const page = await open(`#token=${link.token}`);
    await page.click("#open-upload");
    await page.setInputFiles("#upload-file", csv("сводка.csv", "Что;Куда;Когда\nМитинг;в Актау;05.01.2022\nПожар;в Актобе;31.02.2022\n"));
    const where = page.locator('select[data-header="Куда"]');
    await where.waitFor();
    await page.locator('select[data-header="Что"]').selectOption("title");
    await where.selectOption("place");
    await page.waitForSelector(".preview-number");
    await page.click("#upload button[type=submit]");
    await page.waitForSelector("#upload a[download]");
    const [download] = await Promise.all([page.waitForEvent("download"), page.click("#upload a[download]")]);
    const chunks = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    await page.setInputFiles("#upload-file", csv("сводка, исправлено.csv", Buffer.concat(chunks).toString().replaceAll("31.02.2022", "28.01.2022")));
    await page.waitForFunction(() => document.querySelector('select[data-header="Куда"]')?.value === "place");
    assert.equal(await page.locator('select[data-header="Что"]').inputValue(), "title");
    await page.locator("#upload .past button", { hasText: "сводка.csv" }).first().click();
    await page.locator("#upload [data-undo]").click();
    await page.locator("#upload [data-undo]").click();
    await page.waitForSelector("#upload [data-undo]", { state: "detached" });
    await page.close();
  });
};

// The dialog that loads a file: what it says of how the file is read, and what can be said otherwise.
import assert from "node:assert/strict";

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const csv = (name, text) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
const SLASHED = "id,date,title,place\n1,02/03/2022,Сбор,в Актау\n2,04/03/2022,Сбор,в Таразе\n";

/** Opens the dialog with a file chosen. */
const chosen = async (page, file) => {
  if (!(await page.locator("#upload").evaluate((dialog) => dialog.open))) await page.click("#open-upload");
  await page.setInputFiles("#upload-file", file);
  await page.waitForSelector(".understood .columns");
};
/** A file, loaded by the API. */
const loaded = async (link, name, body) => {
  const sent = await fetch(`${link.page}api/imports?filename=${encodeURIComponent(name)}`, { method: "POST", headers: { authorization: `Bearer ${link.token}`, "content-type": "text/csv" }, body });
  assert.equal(sent.status, 201, await sent.clone().text());
  return sent.json();
};

export const readingTests = (test, { open, link, complaints, screenshot }) => {
  test("the order of days and months is said, chosen by keyboard, and goes with preview, dry run and load", async () => {
    const page = await open(`#token=${link.token}`);
    await chosen(page, csv("slashed.csv", SLASHED));
    assert.match(await page.locator(".dates-read").innerText(), /сначала день — файл этого не показывает; выберите порядок/);
    assert.match(await page.locator(".understood .examples").innerText(), /2 марта 2022/);
    await page.focus("#date-order");
    await page.keyboard.press("End");
    await page.waitForFunction(() => /3 февраля 2022/.test(document.querySelector(".understood .examples")?.textContent ?? ""));
    assert.match(await page.locator(".dates-read").innerText(), /сначала месяц — так выбрано/);
    assert.equal(await page.evaluate(() => document.activeElement.id), "date-order");
    await page.click("#upload .actions button.plain");
    await page.waitForSelector("#upload .job .examples");
    assert.match(await page.locator("#upload .job .dates-read").innerText(), /сначала месяц — так выбрано/);
    await page.click("#upload button[type=submit]");
    await page.waitForSelector("#upload [data-undo]");
    assert.match(await page.locator("#upload .job .dates-read").innerText(), /сначала месяц — так выбрано/);
    for (const [lang, words] of [["kk", /алдымен ай/], ["en", /month first/], ["uk", /спершу місяць/]]) {
      await page.goto(`${link.page}?lang=${lang}#token=${link.token}`);
      await page.waitForSelector("body[data-ready]");
      await chosen(page, csv("slashed.csv", SLASHED));
      assert.match(await page.locator("#date-order").innerText(), words);
    }
    await page.close();
  });

  test("a file of repaired problems says which dataset it repairs and hides the columns by which it is known", async () => {
    const job = await loaded(link, "broken-days.csv", "id,date,title,place\n1,2022-01-05,Сбор,в Актау\n2,2022-02-31,Сбор,в Таразе\n");
    const table = await (await fetch(`${link.page}api/imports/${job.id}/problems.csv`)).text();
    const page = await open(`#token=${link.token}`);
    await chosen(page, csv("repaired.csv", table.replace("2022-02-31", "2022-02-28")));
    assert.match(await page.locator(".understood .repairs").innerText(), /в наборе «broken-days»/);
    assert.match(await page.locator("#upload-dataset-hint").innerText(), /пойдут в набор «broken-days»/);
    assert.equal(await page.locator("#upload-dataset").getAttribute("placeholder"), "broken-days");
    const headers = await page.locator(".understood .columns tbody td:first-child").allInnerTexts();
    assert.deepEqual(headers, ["id", "date", "title", "place"]);
    await page.setInputFiles("#upload-file", csv("other.csv", SLASHED));
    await page.waitForFunction(() => document.querySelector("#upload-dataset-hint").textContent === "");
    await page.close();
  });

  test("a file that is there under another name is said beside the dataset, and its dataset is one press away", async () => {
    const body = "id,date,title,place\n1,2022-01-05,Дважды,в Актау\n";
    await loaded(link, "once.csv", body);
    const page = await open(`#token=${link.token}`);
    await chosen(page, csv("twice.csv", body));
    const said = page.locator(".same-as");
    await said.locator("button").waitFor();
    assert.match(await said.innerText(), /уже загружен как «once\.csv» в набор «once»/);
    await page.click("#upload button[type=submit]");
    await page.waitForSelector("#upload [data-count=unchanged]");
    assert.equal(await page.locator("#upload [data-count=unchanged]").innerText(), "1");
    assert.match(await page.locator("#upload .job").innerText(), /«once»/);
    await page.setInputFiles("#upload-file", csv("thrice.csv", body));
    await page.fill("#upload-dataset", "архив");
    await page.waitForFunction(() => /дважды/.test(document.querySelector(".same-as p")?.textContent ?? ""));
    await said.locator("button").focus();
    await page.keyboard.press("Enter");
    assert.equal(await page.locator("#upload-dataset").inputValue(), "once");
    assert.equal(await said.innerText(), "");
    assert.equal(await page.evaluate(() => document.activeElement.id), "upload-dataset");
    await page.close();
  });

  test("a built-in preset stays, and one of one's own is replaced and said so", async () => {
    const page = await open(`#token=${link.token}`);
    await chosen(page, csv("own.csv", "Что;Куда\nСбор;в Актау\n"));
    const keep = async (name) => {
      await page.selectOption('select[data-header="Куда"]', "place");
      await page.fill("#preset-name", name);
      await page.click("#preset-keep");
    };
    await page.selectOption('select[data-header="Куда"]', "place");
    await page.waitForSelector(".preview-map .preview-number");
    await keep("acled");
    await page.waitForFunction(() => /`acled` встроен/.test(document.querySelector(".understood .error")?.textContent ?? ""));
    // The browser complains of the refusal by itself.
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !/status of 409/.test(text)));
    await keep("мой");
    await page.waitForFunction(() => /«мой» сохранён/.test(document.querySelector(".understood")?.textContent ?? ""));
    await page.selectOption('select[data-header="Что"]', "title");
    await page.waitForSelector("#preset-name");
    await page.fill("#preset-name", "мой");
    await page.click("#preset-keep");
    await page.waitForFunction(() => /«мой» заменён/.test(document.querySelector(".understood")?.textContent ?? ""));
    await page.close();
  });

  test("examples of a dry run are in the page's language, with the reason and what changes", async () => {
    await loaded(link, "rows.csv", "id,date,title,place\n1,2022-01-05,Было,в Актау\n2,2022-01-05,То же,в Актау\n");
    const page = await open(`?lang=uk#token=${link.token}`);
    await chosen(page, csv("rows.csv", "id,date,title,place\n1,2022-01-05,Стало,в Актау\n2,2022-01-05,То же,в Актау\n3,2022-02-31,Дата,в Актау\n4,2022-01-05,Нигде,в Ъъъъ\n4,2022-01-05,Нигде,в Ъъъъ\n"));
    await page.click("#upload .actions button.plain");
    await page.waitForSelector("#upload .job .examples");
    const of = async (outcome) => (await page.locator(`#upload .job [data-outcome=${outcome}]`).first().innerText()).replace(/\s+/g, " ");
    assert.match(await of("updated"), /зміниться .*заголовок, було: Было → Стало/);
    assert.match(await of("rejected"), /відхилено .*дата не читається/);
    assert.match(await of("unresolved"), /місце не знайдено/);
    assert.match(await of("duplicate"), /повтор .*те саме, що в рядку 5/);
    assert.doesNotMatch(await page.locator("#upload .job .examples").first().innerText(), /[a-z]{5}/);
    await page.close();
  });

  test("of a workbook with several sheets one is chosen, and with none named there is no choice", async () => {
    const page = await open(`#token=${link.token}`);
    const asked = [];
    let isNamed = true;
    await page.route("**/api/imports?preview=true", async (route) => {
      const sheet = /"sheet":"([^"]*)"/.exec(route.request().postDataBuffer().toString())?.[1];
      asked.push(sheet);
      const column = { header: sheet === "Март" ? "Когда" : "Where", field: "place", kept_as: null, samples: [] };
      const named = isNamed ? { sheet: sheet ?? "Январь", other_sheets: [sheet === "Март" ? "Январь" : "Март"] } : {};
      await route.fulfill({ json: { format: "XLSX", encoding: "UTF-8", delimiter: null, columns: [column], rows: [], dates: null, repairs: null, error: null, ...named } });
    });
    await chosen(page, { name: "book.xlsx", mimeType: "application/octet-stream", buffer: Buffer.from("PK") });
    assert.equal(await page.locator("#sheet").inputValue(), "Январь");
    await page.focus("#sheet");
    await page.keyboard.press("ArrowDown");
    await page.waitForFunction(() => /Когда/.test(document.querySelector(".understood .columns").textContent));
    assert.equal(asked.at(-1), "Март");
    assert.equal(await page.evaluate(() => document.activeElement.id), "sheet");
    isNamed = false;
    await page.setInputFiles("#upload-file", { name: "other.xlsx", mimeType: "application/octet-stream", buffer: Buffer.from("PK") });
    await page.waitForSelector("#sheet", { state: "detached" });
    await page.close();
  });

  test("on a phone the samples of a column stand in lines, not letter under letter", async () => {
    const page = await open(`#token=${link.token}`, PHONE);
    assert.match(await page.locator("#open-upload").innerText(), /Загрузить файл/);
    await chosen(page, csv("wide.csv", "id,date,Длинное название события,place\n1,2022-01-05,Собрание жителей у здания акимата,в Актау\n2,2022-01-06,Шествие по проспекту,в Таразе\n"));
    const narrowest = await page.locator(".understood .columns td.value").evaluateAll((cells) => Math.min(...cells.map((cell) => cell.getBoundingClientRect().width)));
    assert.ok(narrowest > 200, `${narrowest} pixels`);
    await page.locator(".understood .columns").scrollIntoViewIfNeeded();
    await page.screenshot({ path: screenshot("columns-phone") });
    await page.close();
  });

  test("after a dry run and a load the keyboard goes on at the result", async () => {
    const page = await open(`#token=${link.token}`);
    await chosen(page, csv("keys.csv", "id,date,title,place\n1,2022-01-05,Сбор,в Актау\n"));
    for (const button of ["#upload .actions button.plain", "#upload button[type=submit]"]) {
      await page.focus(button);
      await page.keyboard.press("Enter");
      await page.waitForFunction(() => document.activeElement?.hasAttribute("data-job"));
      await page.focus("#upload-dataset");
    }
    await page.close();
  });

  test("a file without a date says so before it is loaded and after, in each language", async () => {
    const file = csv("undated.csv", "id,title,place\n1,Без даты,в Актау\n");
    for (const [lang, words] of [["ru", /без даты/], ["kk", /күнсіз/], ["uk", /без дати/], ["en", /No column is read as the date/]]) {
      const page = await open(`?lang=${lang}#token=${link.token}`);
      await chosen(page, file);
      assert.match(await page.locator(".understood .dates-read").innerText(), words);
      await page.click("#upload .actions button.plain");
      await page.waitForSelector("#upload .job .examples");
      assert.match(await page.locator("#upload .job .dates-read").innerText(), words);
      await page.locator('.understood [data-header="title"]').selectOption("date");
      await page.waitForSelector(".understood .dates-read", { state: "detached" });
      await page.close();
    }
  });

  test("an undo says what stays because a later import has it, and that goes with the later one", async () => {
    const rows = "id,date,title,place\n1,2022-01-05,Раз,в Актау\n2,2022-01-05,Два,в Актау\n";
    const first = await loaded(link, "stays.csv", rows);
    await loaded(link, "stays.csv", rows.replace(/1,.*\n/, ""));
    const page = await open(`#token=${link.token}`);
    await page.click("#open-upload");
    const undo = async (place) => {
      await page.locator("#upload .past button", { hasText: "stays.csv" }).nth(place).click();
      await page.waitForSelector("#upload [data-undo]");
      await page.click("#upload [data-undo]");
      const asked = await page.locator("#upload [data-undo]").innerText();
      await page.click("#upload [data-undo]");
      await page.waitForSelector("#upload [data-undo]", { state: "detached" });
      return asked;
    };
    await undo(1);
    assert.match(await page.locator("#upload .job").innerText(), /Остались события, которые есть и в более поздних загрузках: 1/);
    assert.equal(await page.locator("#upload [data-job]").getAttribute("data-job"), first.id);
    assert.match(await undo(0), /новые события \(1\)/);
    const left = await (await fetch(`${link.page}layers/dataset-stays/counts.json`)).json();
    assert.equal(left.total ?? 0, 0);
    await page.close();
  });

  test("what came of a dry run is in sight, and goes when another file is chosen", async () => {
    const page = await open(`#token=${link.token}`, PHONE);
    await chosen(page, csv("first.csv", `id,date,title,place\n${[1, 2, 3, 4, 5, 6].map((id) => `${id},2022-01-05,Сбор жителей,в Актау\n`).join("")}`));
    await page.click("#upload .actions button.plain");
    await page.waitForSelector("#upload .job .examples");
    const inSight = (selector) => page.locator(selector).evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });
    assert.ok(await inSight("#upload .job [data-count=new]"), "the result");
    assert.ok(await inSight("#upload button[type=submit]"), "the next step");
    await chosen(page, csv("second.csv", "id,date,title,place\n1,2022-01-05,Сбор,в Таразе\n"));
    assert.equal(await page.locator("#upload [data-job]").count(), 0);
    await page.close();
  });
};

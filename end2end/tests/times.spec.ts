import { Api } from "../support/api.ts";
import { dateInWords } from "../support/certificates.ts";
import { expect, hydrated, LIST, test } from "../support/fixtures.ts";

// Where it is the next day for nine hours of each, and dates are written otherwise.
const JAPAN = { locale: "de-DE", timezoneId: "Asia/Tokyo" };

test("times are in UTC at first, then in the reader's language and zone, with UTC in the title", async ({ browser, expectedMessages, list, page, server, workshop }) => {
  // What a browser without script says of the WASM, if it is given the time.
  expectedMessages.patterns.push(/was preloaded using link preload but not used/);
  await list.create(workshop.client({ name: "bank.example", from: -100, to: 5 }).pem, "Bank prod");
  await new Api(server).upload("Next", workshop.client({ name: "next.example", from: 3, to: 300 }));
  const storageState = await page.context().storageState();

  const without = await browser.newContext({ ...JAPAN, storageState, baseURL: server.origin, javaScriptEnabled: false });
  const drawn = await without.newPage();
  await drawn.goto(LIST);
  const end = drawn.getByRole("row").filter({ hasText: "Bank prod" }).locator("td[data-label=Expires] time");
  const utc = new Date((await end.first().getAttribute("datetime"))!);
  const long = { day: "numeric", month: "short", year: "numeric" } as const;
  const short = { hour: "2-digit", minute: "2-digit" } as const;
  const inUtc = (parts: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat("en-GB", { ...parts, timeZone: "UTC" }).format(utc);
  await expect(end.first()).toHaveText(dateInWords(utc));
  await expect(end.last()).toHaveText(`${inUtc(short)} UTC`);
  await without.close();

  const context = await browser.newContext({ ...JAPAN, storageState, baseURL: server.origin });
  const read = await context.newPage();
  const said: string[] = [];
  read.on("console", (message) => said.push(message.text()));
  await read.goto(LIST);
  await hydrated(read);
  const inTokyo = (at: Date, parts: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat("de-DE", { ...parts, timeZone: "Asia/Tokyo" }).format(at);
  const row = read.getByRole("row").filter({ hasText: "Bank prod" });
  const times = row.locator("td[data-label=Expires] time");
  await expect(times.first()).toHaveText(inTokyo(utc, long));
  await expect(times.last()).toHaveText(inTokyo(utc, { ...short, timeZoneName: "short" }));
  await expect(times.last()).toHaveAttribute("title", `${utc.toISOString().slice(0, 19).replace("T", " ")} UTC`);
  const begin = read.getByRole("row").filter({ hasText: "Next" }).locator(".badge time");
  await expect(begin).toHaveText(inTokyo(new Date((await begin.getAttribute("datetime"))!), long));

  // On pages that are drawn in the browser as well.
  await row.getByRole("link", { name: "Bank prod" }).click();
  const validity = read.getByRole("region", { name: "Validity" });
  await expect(validity).toContainText(`Until ${inTokyo(utc, { ...long, ...short, timeZoneName: "short" })}`);
  expect(said).toEqual([]);
  await context.close();
});

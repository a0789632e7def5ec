import type { Page } from "@playwright/test";

import { keyMaterial } from "../support/certificates.ts";
import { arrived, staysOnReload, tabTo } from "../support/fixtures.ts";
import { Editor, NODES, expect, open, row, test } from "../support/node-pages.ts";

test("a new node takes the primary, until another certificate is chosen by hand", async ({ api, page, workshop }) => {
  // Short-lived: expired by the time it could be chosen.
  const short = workshop.client({ name: "short.example", to: 30 / 86_400 });
  await api.upload("Gone soon", short);
  const bank = workshop.client({ name: "bank.example" });
  await api.upload("Bank prod", bank, { primary: true });
  await api.upload("Supplier EDI", workshop.client({ name: "edi.example", to: 200 }));
  await api.upload("Next year", workshop.client({ name: "next.example", from: 30, to: 400 }));
  await api.uploadAuthority("Partner root", workshop.ca());
  await expect.poll(() => Date.now(), { timeout: 45_000 }).toBeGreaterThan(short.notAfter.getTime() + 1000);

  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "API nodes" }).click();
  await page.waitForURL("**" + NODES);
  await expect(page.getByRole("heading", { name: "No API nodes yet" })).toBeVisible();
  await page.getByRole("link", { name: "Create API node" }).click();
  await page.waitForURL(`**${NODES}/new`);
  await arrived(page);
  await expect(page).toHaveTitle("New API node · Signet");
  const editor = new Editor(page);
  await editor.name.fill("Create transfer");
  await editor.url.fill("https://api.bank.example/v1/transfers");
  await expect(editor.certificate).toBeHidden();
  await editor.mtls.check();
  await expect(editor.certificate).toHaveValue("primary");
  const options = await editor.certificate.locator("option").allTextContents();
  expect(options[0]).toBe("Primary certificate (automatic) — Bank prod");
  expect(options.map((option) => option.split(" — ")[0])).toEqual(["Primary certificate (automatic)", "Supplier EDI", "Bank prod", "Next year", "Gone soon"]);
  const expired = editor.certificate.locator("optgroup[label=Expired] > option");
  await expect(expired).toHaveText("Gone soon — expired today, EC P-256");
  await expect(expired).toBeDisabled();
  await expect(editor.certificate.locator("option", { hasText: /^Next year — valid from/ })).toBeDisabled();
  await expect(page.getByText("Follows the primary: “Bank prod”")).toBeVisible();
  await editor.save();
  await expect(editor.toast).toContainText("API node “Create transfer” created.");
  await expect(page).toHaveURL(/\/api-nodes\/[0-9a-f-]{36}$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Create transfer");

  await editor.certificate.selectOption({ label: options.find((option) => option.startsWith("Supplier EDI"))! });
  await expect(page.getByText("Pinned. It stays when another certificate becomes primary.")).toBeVisible();
  // What was chosen by hand stays chosen.
  await editor.mtls.uncheck();
  await editor.mtls.check();
  await expect(editor.certificate).not.toHaveValue("primary");
  await expect(page.getByText("Unsaved changes")).toBeVisible();
  await editor.save();
  await editor.reload();
  await expect(editor.certificate.locator("option:checked")).toHaveText(/^Supplier EDI — expires/);
  expect(await page.content()).not.toContain(keyMaterial(bank.keyText).slice(0, 40));

  await page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link", { name: "API nodes" }).click();
  await expect(row(page, "Create transfer")).toContainText("Supplier EDI");
  await expect(row(page, "Create transfer")).toContainText("Pinned");
  await expect(row(page, "Create transfer")).toContainText("Never called");
  await expect(page.getByText("1 of 1 identify themselves with a client certificate.")).toBeVisible();
});

test("without a primary the switch says what to do", async ({ api, page, workshop }) => {
  await api.upload("Bank prod", workshop.client({ name: "bank.example" }));
  const editor = await Editor.open(page);
  await editor.mtls.check();
  await expect(editor.certificate.locator("option:checked")).toHaveText("Primary certificate (automatic) — none set");
  await expect(page.getByText("No certificate is the primary, so calls of this node would fail.")).toBeVisible();
  await expect(page.locator("#node-certificate-hint").getByRole("link", { name: "Certificates" })).toBeVisible();
});

test("a secret header value is sealed, sent, and never shown again", async ({ api, page, service, workshop }) => {
  const secret = "very-secret-4711";
  const echo = await service(workshop.tlsServer());
  await api.uploadAuthority("Workshop CA", workshop.ca());
  const heard: Promise<string>[] = [];
  // What is told of changes has no end.
  page.on("response", (response) => response.url().includes("/events") || heard.push(response.text().catch(() => "")));

  const editor = await Editor.open(page);
  await editor.name.fill("Stock levels");
  await editor.url.fill(`${echo.url}/levels`);
  await editor.trust.selectOption({ label: (await editor.trust.locator("option").allTextContents()).find((label) => label.startsWith("Workshop CA"))! });
  await editor.addHeader(1, "X-Api-Key", secret, { secret: true });
  await expect(editor.header(1, "value")).toHaveAttribute("type", "password");
  await editor.addHeader(2, "X-Open", "for everybody");
  await editor.save();
  await expect(editor.header(1, "value")).toHaveValue("");
  await expect(editor.header(1, "value")).toHaveAttribute("placeholder", "Saved. Type to replace it");
  await editor.reload();
  await expect(editor.header(1, "value")).toHaveValue("");
  await expect(editor.header(2, "value")).toHaveValue("for everybody");
  expect(await page.content()).not.toContain(secret);
  expect(await page.evaluate(() => [...document.querySelectorAll("input, textarea")].map((field) => (field as HTMLInputElement).value).join())).not.toContain(secret);

  await editor.name.fill("Stock");
  await editor.save();
  await editor.send("It works");
  expect(echo.received.at(-1)!.headers["x-api-key"]).toBe(secret);
  // Taken out of the lock it has to be typed again.
  await page.getByRole("button", { name: "Keep the value of header X-Api-Key secret" }).click();
  await expect(editor.header(1, "value")).toHaveAttribute("type", "text");
  await expect(editor.header(1, "value")).toHaveValue("");
  const id = new URL(page.url()).pathname.split("/").at(-1)!;
  const refused = async (place: number) => {
    const before = await api.node(id);
    await editor.saveButton.click();
    await expect(editor.header(place, "value")).toBeFocused();
    await expect(editor.header(place, "value")).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByText("Give the header a value.")).toHaveCount(1);
    expect(await api.node(id)).toEqual(before);
  };
  await refused(1);
  await editor.header(1, "value").fill("  ");
  await refused(1);
  await editor.header(1, "value").fill("");
  await page.getByRole("button", { name: "Keep the value of header X-Api-Key secret" }).click();
  // A new one is not empty either.
  await editor.addHeader(3, "X-Second-Key", "", { secret: true });
  await refused(3);
  await editor.header(3, "value").fill("second");
  await editor.save();
  await editor.send("It works");
  await expect.poll(() => echo.received.at(-1)!.headers).toMatchObject({ "x-api-key": secret, "x-second-key": "second" });
  for (const text of await Promise.all(heard)) expect(text).not.toContain(secret);
});

test("what is wrong is said at its field, before anything is sent, and nothing typed is lost", async ({ api, page, service, workshop }) => {
  expect(api.account).toMatch(/^[0-9a-f]{32}$/);
  const quiet = await service(workshop.tlsServer());
  const editor = await Editor.open(page);
  await editor.name.fill("Broken");
  await editor.url.fill("api.bank.example/{{host}}");
  await editor.addHeader(1, "Host", "elsewhere.example");
  await page.getByLabel("Time limit, seconds").fill("soon");
  await editor.saveButton.click();
  await expect(page.getByLabel("Time limit, seconds")).toBeFocused();
  await expect(page.getByText("Give a number of seconds from 0.1 to 120.")).toBeVisible();
  await page.getByLabel("Time limit, seconds").fill("22,5");
  await editor.saveButton.click();
  await expect(editor.url).toBeFocused();
  await expect(editor.url).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("Begin the URL with https://.")).toBeVisible();
  await expect(editor.header(1, "name")).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("Signet writes Host itself: take this header out.")).toBeVisible();

  await editor.url.fill(`${quiet.url}/transfers/{{transfer.id}}`);
  await page.getByRole("button", { name: "Remove header Host" }).click();
  await expect(page.getByRole("button", { name: "Add header" })).toBeFocused();
  await editor.testButton.click();
  await expect(editor.result.getByText("Nothing was sent")).toBeVisible();
  const variable = page.getByLabel("transfer.id", { exact: true });
  await expect(variable).toBeFocused();
  await expect(page.getByText("The URL needs the variable transfer.id: give it a value.")).toBeVisible();
  await variable.fill("..");
  await editor.testButton.click();
  await expect(page.getByText("A part of the URL's path would be only dots")).toBeVisible();
  expect(quiet.received).toEqual([]);

  await expect(editor.name).toHaveValue("Broken");
  await variable.fill("tr 8812/x");
  await editor.send("The certificate of the service cannot be trusted");
  await editor.save();
  await editor.reload();
  await expect(page.getByLabel("Time limit, seconds")).toHaveValue("22.5");
});

test("a test request tells what happened in the handshake", async ({ api, page, service, workshop }) => {
  await api.upload("Bank prod", workshop.client({ name: "bank.example" }), { primary: true });
  await api.uploadAuthority("Workshop CA", workshop.ca());
  const own = workshop.tlsServer();
  const asks = await service(own, { clients: [workshop.ca().crt], answer: ({ client }) => ({ status: 201, body: `Hello ${client}` }) });
  const refuses = await service(own, { clients: [workshop.authority("Another CA").crt] });
  const silent = await service(own);

  const editor = await Editor.open(page);
  await editor.name.fill("Create transfer");
  await page.getByLabel("Method").selectOption("POST");
  await editor.trust.selectOption({ label: (await editor.trust.locator("option").allTextContents()).find((label) => label.startsWith("Workshop CA"))! });
  await editor.url.fill(`${asks.url}/{{id}}`);
  await editor.body.fill('{"amount": {{amount}}, "to": "{{to}}"}');
  await editor.mtls.check();
  await page.getByLabel("id", { exact: true }).fill("a/b");
  const amount = page.getByLabel("amount", { exact: true });
  await amount.fill("12.50");
  await page.getByLabel("to", { exact: true }).fill('Ana "A" Ruiz');
  await editor.testButton.click();
  await expect(amount).toBeFocused();
  await expect(page.getByText("12.50 would be sent as 12.5: type it so, or put quotes around the variable in the body to send text.")).toBeVisible();
  await amount.fill("12.5");
  await expect(editor.result).toHaveAttribute("aria-live", "polite");
  await editor.send("It works");
  await expect(editor.testButton).toBeFocused();
  await expect(editor.result).toContainText("The service asked for a client certificate and accepted yours.");
  await expect(editor.result).toContainText("Bank prod, the primary");
  await expect(editor.result).toContainText("1 named by the service, yours is among them");
  await expect(editor.result).toContainText("201 Created");
  await expect(editor.result.getByRole("region", { name: "Body of the answer" })).toHaveText("Hello bank.example");
  expect(asks.received).toHaveLength(1);
  expect(asks.received[0]).toMatchObject({ method: "POST", url: "/a%2Fb", client: "bank.example" });
  expect(JSON.parse(asks.received[0]!.body)).toEqual({ amount: 12.5, to: 'Ana "A" Ruiz' });
  const outdated = editor.result.getByText("This is the result of the request before your last changes.");
  await expect(outdated).toBeHidden();
  await amount.fill("12.50");
  await expect(outdated).toBeVisible();
  await editor.body.fill('{"amount": "{{amount}}", "to": "{{to}}"}');
  await editor.send("It works");
  await expect(outdated).toBeHidden();
  await expect.poll(() => asks.received.length).toBe(2);
  expect(JSON.parse(asks.received[1]!.body)).toEqual({ amount: "12.50", to: 'Ana "A" Ruiz' });

  await editor.url.fill(`${refuses.url}/{{id}}`);
  await expect(outdated).toBeVisible();
  await editor.send("The service refused your certificate");
  await expect(outdated).toBeHidden();
  await expect(editor.testButton).toBeFocused();
  await expect(editor.result.getByRole("heading", { name: "What you can do" })).toBeVisible();
  await expect(editor.result).toContainText("yours is not among them");
  expect(refuses.received).toEqual([]);

  await editor.url.fill(silent.url);
  await editor.send("The service did not ask for a certificate");
  await editor.mtls.uncheck();
  await editor.url.fill(asks.url);
  await editor.send("The service wants a certificate and got none");
  await asks.stop();
  await editor.send("No connection");

  // Nothing was saved so far; once it is, the list knows how the last call ended.
  await editor.mtls.check();
  await editor.url.fill(`${silent.url}/levels`);
  await editor.save();
  await expect(editor.result.getByRole("heading", { name: "No connection" })).toBeVisible();
  await editor.send("The service did not ask for a certificate");
  await expect.poll(async () => {
    await open(page, NODES);
    return row(page, "Create transfer").textContent();
  }, { timeout: 30_000 }).toContain("Passed");
  const host = new URL(silent.url).hostname;
  await expect(row(page, "Create transfer")).toContainText(` for ${host}`);
  await page.getByRole("link", { name: "Create transfer", exact: true }).click();
  await expect(editor.result).toContainText(new RegExp(`Last call .+ for ${host}\\. 1 call in all, none failed\\.`));
});

test("a node is duplicated with its secrets, and deleted", async ({ api, page, service, workshop }) => {
  const echo = await service(workshop.tlsServer());
  const server_ca = await api.uploadAuthority("Workshop CA", workshop.ca());
  await api.createNode("Transfers", { url: `${echo.url}/x`, server_ca, headers: [{ name: "X-Key", value: "sealed-99", secret: true }] });
  await open(page, NODES);
  await row(page, "Transfers").getByRole("button", { name: "Duplicate Transfers" }).click();
  await page.waitForURL(/\/api-nodes\/[0-9a-f-]{36}$/);
  const editor = new Editor(page);
  await expect(editor.name).toHaveValue("Transfers (copy)");
  await expect(editor.toast).toContainText("“Transfers (copy)” created.");
  await editor.send("It works");
  expect(echo.received.at(-1)!.headers["x-key"]).toBe("sealed-99");

  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const dialog = page.getByRole("alertdialog", { name: "Delete API node?" });
  await expect(dialog.getByRole("button", { name: "Cancel" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Delete", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await dialog.getByRole("button", { name: "Delete API node" }).click();
  await page.waitForURL("**" + NODES);
  await expect(editor.toast).toContainText("Transfers (copy) deleted.");
  await expect(row(page, "Transfers (copy)")).toBeHidden();

  await row(page, "Transfers").getByRole("button", { name: "Delete Transfers" }).click();
  await dialog.getByRole("button", { name: "Delete API node" }).click();
  await expect(page.getByRole("heading", { name: "No API nodes yet" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
});

/** Changes of others are noticed when something is saved, and not before: nothing is ever told. */
async function deaf(page: Page): Promise<void> {
  await page.route("**/events?*", () => {});
}

test("somebody else's change is told, and what was typed stays", async ({ api, expectedMessages, page }) => {
  expectedMessages.patterns.push(/Failed to load resource: the server responded with a status of 404/);
  await deaf(page);
  const id = await api.createNode("Transfers");
  const editor = await Editor.open(page, id);
  await api.send("PATCH", `api_nodes/${id}`, { name: "Renamed by a program" });
  await editor.name.fill("Renamed here");
  await editor.saveButton.click();
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByRole("alert")).toContainText("changed this API node on");
  await expect(editor.name).toHaveValue("Renamed here");
  await expect(page.getByText("Unsaved changes")).toBeVisible();
  await page.getByRole("button", { name: "Discard my changes and load what was saved" }).click();
  await expect(editor.name).toHaveValue("Renamed by a program");
  await editor.name.fill("Renamed here");
  await editor.save();

  await api.send("DELETE", `api_nodes/${id}`);
  await editor.name.fill("Too late");
  await editor.saveButton.click();
  await expect(page.getByRole("alert")).toContainText("This API node is no longer there");
  await editor.name.fill("Renamed here");
  await editor.reload();
  await expect(page.getByRole("heading", { name: "This API node is not there" })).toBeVisible();
});

test("what others change is shown at once, and what is typed stays", async ({ api, expectedMessages, page, workshop }) => {
  expectedMessages.patterns.push(/Failed to load resource: the server responded with a status of 404/);
  await api.upload("Bank prod", workshop.client({ name: "bank.example", to: 100 }), { primary: true });
  const id = await api.createNode("Transfers", { mtls: { enabled: true } });
  await open(page, NODES);
  await expect(row(page, "Transfers")).toContainText("Bank prod");
  const link = page.getByRole("link", { name: "Transfers", exact: true });
  await link.focus();
  await api.createNode("Another");
  await expect(row(page, "Another")).toBeVisible();
  await expect(link).toBeFocused();
  await link.click();
  await arrived(page);

  // What can be chosen; what was chosen stays.
  const editor = new Editor(page);
  await editor.certificate.focus();
  const edi = await api.upload("Supplier EDI", workshop.client({ name: "edi.example", to: 200 }));
  const option = editor.certificate.locator("option", { hasText: "Supplier EDI" });
  await expect(option).toBeAttached();
  await expect(editor.certificate).toHaveValue("primary");
  await expect(editor.certificate).toBeFocused();
  await editor.certificate.selectOption(edi);
  await api.rename(edi, "Supplier EDI 2");
  await expect(editor.certificate.locator("option:checked")).toHaveText(/^Supplier EDI 2 — /);
  await expect(page.getByText("Unsaved changes")).toBeVisible();
  await editor.save();

  // What was deleted is chosen no more than what was never there.
  const spare = await api.upload("Spare", workshop.client({ name: "spare.example", to: 300 }));
  await expect(editor.certificate.locator("option", { hasText: "Spare" })).toBeAttached();
  await api.send("DELETE", `mtls_certificates/${spare}`);
  await expect(editor.certificate.locator("option", { hasText: "Spare" })).toHaveCount(0);
  await expect(editor.certificate).toHaveValue(edi);

  // The node itself is told of, and nothing of what somebody is at is taken away.
  const notice = page.getByRole("status").filter({ hasText: "while you had it open" });
  await editor.name.focus();
  await api.send("PATCH", `api_nodes/${id}`, { name: "Renamed by a program" });
  await expect(notice).toContainText("changed this API node on");
  await expect(editor.name).toBeFocused();
  await page.getByRole("button", { name: "Load what was saved", exact: true }).click();
  await expect(editor.name).toHaveValue("Renamed by a program");
  await expect(notice).toBeHidden();
  await editor.name.fill("Renamed here");
  await api.send("PATCH", `api_nodes/${id}`, { name: "Renamed again" });
  await expect(notice).toBeVisible();
  await expect(editor.name).toHaveValue("Renamed here");
  await expect(editor.name).toBeFocused();
  await page.getByRole("button", { name: "Discard my changes and load what was saved" }).click();
  await expect(editor.name).toHaveValue("Renamed again");
  await expect(page.getByText("All changes saved")).toBeVisible();
  await api.send("DELETE", `api_nodes/${id}`);
  await expect(page.getByRole("status").filter({ hasText: "This API node is no longer there" })).toBeVisible();
});

test("somebody else's change of a node that was just created here is loaded, and saved as the same node", async ({ api, page }) => {
  await deaf(page);
  const editor = await Editor.open(page);
  await editor.name.fill("Transfers");
  await editor.url.fill("https://api.bank.example/v1/transfers");
  await editor.save();
  await expect(page).toHaveURL(/\/api-nodes\/[0-9a-f-]{36}$/);
  const address = page.url();
  const id = new URL(address).pathname.split("/").at(-1)!;
  await api.send("PATCH", `api_nodes/${id}`, { name: "Renamed by a program" });
  await editor.name.fill("Renamed here");
  await editor.saveButton.click();
  await expect(page.getByRole("alert")).toContainText("changed this API node on");
  await page.getByRole("button", { name: "Discard my changes and load what was saved" }).click();
  await expect(editor.name).toHaveValue("Renamed by a program");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Renamed by a program");
  await expect(page).toHaveURL(address);
  await editor.name.fill("Renamed again");
  await editor.save();
  await expect(page).toHaveURL(address);
  expect(await api.node(id)).toMatchObject({ name: "Renamed again" });
  await open(page, NODES);
  expect(await page.locator(".row-title").allTextContents()).toEqual(["Renamed again"]);
});

test.describe("a server that is away", () => {
  test.use({ expectedMessages: { patterns: [/ERR_CONNECTION_REFUSED/] } });

  test("loses nothing that was typed", async ({ api, page, server }) => {
    const editor = await Editor.open(page, await api.createNode("Transfers"));
    await editor.name.fill("Typed before it went away");
    await editor.addHeader(1, "X-Key", "typed too", { secret: true });
    await server.stop();
    await editor.saveButton.click();
    await expect(page.getByRole("alert")).toContainText("The server cannot be reached.");
    await expect(editor.header(1, "value")).toHaveValue("typed too");
    await editor.testButton.click();
    await expect(editor.result).toContainText("The test could not be made");
    await server.start();
    await editor.save();
    await expect(page.getByRole("alert")).toBeHidden();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Typed before it went away");
  });
});

test("whoever leaves with unsaved changes is asked", async ({ api, page }) => {
  const editor = await Editor.open(page, await api.createNode("Transfers"));
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.waitForURL("**" + NODES);
  await page.getByRole("link", { name: "Transfers", exact: true }).click();
  await arrived(page);
  await editor.name.fill("Half done");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Team" }).click();
  const dialog = page.getByRole("alertdialog", { name: "Discard the unsaved changes?" });
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(editor.name).toHaveValue("Half done");
  await page.getByRole("link", { name: "Cancel" }).click();
  await dialog.getByRole("button", { name: "Discard changes" }).click();
  await page.waitForURL("**" + NODES);
  await expect(row(page, "Transfers")).toBeVisible();
});

test("the browser's “back” asks too, and leads where it would have led", async ({ api, page }) => {
  const id = await api.createNode("Transfers");
  await open(page, NODES);
  await page.getByRole("link", { name: "Transfers", exact: true }).click();
  const editor = new Editor(page);
  await expect(editor.name).toHaveValue("Transfers");
  await page.goBack();
  await expect(row(page, "Transfers")).toBeVisible();
  await page.goForward();
  await expect(editor.name).toHaveValue("Transfers");
  await arrived(page);
  await editor.name.fill("Half done");
  await expect(page.getByText("Unsaved changes")).toBeVisible();

  const back = () => page.evaluate(() => history.back());
  const dialog = page.getByRole("alertdialog", { name: "Discard the unsaved changes?" });
  await back();
  await expect(dialog).toBeVisible();
  await expect(page).toHaveURL(new RegExp(`${NODES}/${id}$`));
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await staysOnReload(page);
  await expect(editor.name).toHaveValue("Half done");
  await back();
  await dialog.getByRole("button", { name: "Discard changes" }).click();
  await expect(page).toHaveURL(new RegExp(`${NODES}$`));
  await expect(row(page, "Transfers")).toBeVisible();
  await page.goForward();
  await expect(editor.name).toHaveValue("Transfers");
});

test("the whole way by keyboard", async ({ api, page, workshop }) => {
  await api.upload("Bank prod", workshop.client({ name: "bank.example" }), { primary: true });
  await open(page, NODES);
  await tabTo(page, page.getByRole("link", { name: "Create API node" }));
  await page.keyboard.press("Enter");
  const editor = new Editor(page);
  await expect(editor.name).toBeVisible();
  await tabTo(page, editor.name);
  await page.keyboard.type("Keys");
  await tabTo(page, editor.url);
  await page.keyboard.type("https://127.0.0.1:1/");
  await tabTo(page, page.getByRole("button", { name: "Add header" }));
  await page.keyboard.press("Enter");
  await expect(editor.header(1, "name")).toBeFocused();
  await page.keyboard.type("X-Key");
  await page.keyboard.press("Tab");
  await page.keyboard.type("value");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: "Keep the value of header X-Key secret" })).toHaveAttribute("aria-pressed", "true");
  await tabTo(page, editor.mtls);
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await expect(editor.certificate).toBeFocused();
  await tabTo(page, editor.saveButton);
  await page.keyboard.press("Enter");
  await expect(page.getByText("All changes saved")).toBeVisible();
  await expect(editor.saveButton).toBeFocused();
  await tabTo(page, editor.testButton);
  await page.keyboard.press("Enter");
  await expect(editor.result.getByRole("heading", { name: "No connection" })).toBeVisible();
  await expect(editor.testButton).toBeFocused();
});

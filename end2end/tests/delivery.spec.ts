import { expect, LIST, test } from "../support/fixtures.ts";

test("pages are not stored, their files for ever; all compressed, all with the security headers", async ({ list, page }) => {
  await expect(list.createButton).toBeVisible();
  const answer = await page.request.get(LIST);
  const html = await answer.text();
  const headers = answer.headers();
  expect(headers["cache-control"]).toBe("no-store");
  expect(headers["content-security-policy"]).toMatch(/script-src 'self' 'nonce-[\w-]+' 'wasm-unsafe-eval'/);
  expect(headers["content-security-policy"]).not.toContain("unsafe-inline");
  expect(headers["referrer-policy"]).toBe("same-origin");
  expect(headers["x-content-type-options"]).toBe("nosniff");
  expect(html).not.toMatch(/ style="/);

  // Its style in a link, its program in a script.
  const files = [...html.matchAll(/["'](\/pkg\/[^"']+)["']/g)].map((match) => match[1]!);
  expect(files.length).toBeGreaterThanOrEqual(3);
  for (const file of files) {
    expect(file).toMatch(/\.[\w-]{16,}\.(js|wasm|css)$/);
    const served = await page.request.get(file, { headers: { "accept-encoding": "br" } });
    expect(served.status(), file).toBe(200);
    expect(served.headers()["cache-control"], file).toBe("public, max-age=31536000, immutable");
    expect(served.headers()["content-encoding"], file).toBe("br");
    expect(served.headers()["x-content-type-options"], file).toBe("nosniff");
  }
  const nonce = async () => /nonce-([\w-]+)/.exec((await page.request.get(LIST)).headers()["content-security-policy"]!)?.[1];
  expect(await nonce()).not.toBe(await nonce());
});

test("what a page is kept from loading is written to the server's log, without what stands in the query", async ({
  expectedMessages,
  list,
  page,
  server,
}) => {
  expectedMessages.patterns.push(/Content Security Policy/);
  await page.goto(`${LIST}?token=canary`);
  await expect(list.createButton).toBeVisible();
  const reported = page.waitForResponse("**/csp-reports");
  await page.evaluate(() => {
    const image = new Image();
    image.src = "https://elsewhere.example/pixel.png?token=canary";
    document.body.append(image);
  });
  expect((await reported).status()).toBe(204);
  await expect.poll(() => server.log).toContain("https://elsewhere.example");
  const line = server.log.split("\n").find((line) => line.includes("https://elsewhere.example"))!;
  expect(line).toContain("img-src");
  expect(line).not.toContain("canary");
});

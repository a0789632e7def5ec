// Cloudflare's SDK for TypeScript.

import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";

import Cloudflare from "cloudflare";

import { addUser, assertHas, clear, requestsOf, told, unknown } from "./support/told.mjs";

const { leaves, authorities } = told;
const account_id = told.account;

/** The same client that its users have but for the base URL. It tries requests again by itself, twice. */
const client = (apiToken = told.tokens.everything) => new Cloudflare({ apiToken, baseURL: told.base });
const certificates = client().mtlsCertificates;

const upload = (made, name, more = {}) =>
  certificates.create({ account_id, ca: false, certificates: made.crt, private_key: made.key, name, ...more });

/** The error that it ends with, which must be of this class, and come from the only request. */
async function refusal(action, kind) {
  let error;
  const requests = await requestsOf(async () => {
    await assert.rejects(action, (thrown) => {
      error = thrown;
      return true;
    });
  });
  assert.ok(error instanceof kind, `${error.constructor.name}: ${error.message}`);
  assert.equal(requests.length, 1, "it was tried again");
  assert.equal(error.error.success, false);
  assert.equal(error.error.result, null);
  assert.ok(error.errors.length > 0);
  for (const { code, message } of error.errors) {
    assert.equal(typeof code, "number");
    assert.ok(message.length > 0);
  }
  return error;
}

async function all(pages) {
  const items = [];
  for await (const item of pages) {
    items.push(item);
    assert.ok(items.length < 100, "it does not end");
  }
  return items;
}

/** What the list holds with these further parts of the query. */
const listed = async (query) => (await all(certificates.list({ account_id }, { query }))).map(({ name }) => name);

afterEach(clear);

describe("a certificate of each kind, as OpenSSL sees it", () => {
  for (const kind of ["rsa", "pss", "p256", "p384", "ed25519"]) {
    test(kind, async () => {
      const before = Date.now();
      const created = await upload(leaves[kind], `ts ${kind}`);
      const { issuer, serial_number, signature, expires_on, not_before, fingerprint_sha256 } = leaves[kind].seen;
      assert.match(created.id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      const { id, uploaded_on, updated_at } = created;
      const expected = {
        id, ca: false, certificates: leaves[kind].crt.trimEnd(), name: `ts ${kind}`, issuer, serial_number, signature, expires_on,
        type: "custom", uploaded_on, not_before, fingerprint_sha256, primary: false, used_by: 0,
      };
      assertHas(created, expected);
      for (const moment of [uploaded_on, updated_at]) {
        assert.match(moment, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
        assert.ok(Math.abs(Date.parse(moment) - before) < 60_000);
      }

      const got = await certificates.get(id, { account_id });
      assertHas(got, expected);
      assert.ok(!("updated_at" in got));
      const [found] = await all(certificates.list({ account_id }, { query: { name: `ts ${kind}` } }));
      assert.deepEqual(found, got);

      const deleted = await certificates.delete(id, { account_id });
      assertHas(deleted, expected);
    });
  }
});

test("a chain is kept as it was uploaded", async () => {
  const created = await upload(leaves.first, "ts chain", { certificates: leaves.first.chain });
  assert.equal(created.certificates, leaves.first.chain.trimEnd());
  assert.equal(created.serial_number, leaves.first.seen.serial_number);
});

test("a PEM text that holds the key as well", async () => {
  const created = await certificates.create({ account_id, ca: false, certificates: leaves.second.both, name: "ts both" });
  assert.ok(!created.certificates.includes("PRIVATE"));
  assert.equal(created.certificates.replace(/\s/g, ""), leaves.second.crt.replace(/\s/g, ""));
});

test("a CA", async () => {
  const created = await certificates.create({ account_id, ca: true, certificates: authorities.p384.crt, name: "ts CA" });
  assertHas(created, { ca: true, name: "ts CA", ...authorities.p384.seen, certificates: authorities.p384.crt.trimEnd() });
  assert.deepEqual(await listed({ ca: true }), ["ts CA"]);
});

test("without a name", async () => {
  const created = await certificates.create({ account_id, ca: false, certificates: leaves.third.crt, private_key: leaves.third.key });
  assert.equal(typeof created.name, "string");
});

describe("lists", () => {
  test("pages and filters", async () => {
    const names = ["ts first", "ts second", "ts third", "ts CA"];
    for (const name of ["first", "second", "third"]) await upload(leaves[name], `ts ${name}`);
    await certificates.create({ account_id, ca: true, certificates: authorities.rsa.crt, name: "ts CA" });

    assert.deepEqual(await listed({}), names);
    assert.deepEqual(await listed({ per_page: 3 }), names.slice(0, 3));
    assert.deepEqual(await listed({ per_page: 3, page: 2 }), names.slice(3));
    assert.deepEqual(await listed({ per_page: 3, page: 3 }), []);
    assert.deepEqual(await listed({ ca: false }), names.slice(0, 3));
    assert.deepEqual(await listed({ ca: true }), names.slice(3));
    assert.deepEqual(await listed({ name: "ts second" }), ["ts second"]);
    assert.deepEqual(await listed({ name: "ts SECOND" }), []);
    assert.deepEqual(await listed({ type: "custom,gateway_managed" }), names);
    const ofTypes = async (...type) => (await all(certificates.list({ account_id, type }))).length;
    assert.equal(await ofTypes("custom"), 4);
    assert.equal(await ofTypes("gateway_managed", "custom"), 4);
    assert.equal(await ofTypes("gateway_managed", "access_managed"), 0);

    const [{ answer }] = await requestsOf(() => listed({ per_page: 3, page: 2 }));
    assert.deepEqual(JSON.parse(answer).result_info, { count: 1, page: 2, per_page: 3, total_count: 4, total_pages: 2 });
  });

  for (const [parameter, value] of [["page", 0], ["page", "x"], ["per_page", 0], ["per_page", 1001]]) {
    test(`${parameter}=${value} is refused`, async () => {
      const { errors } = await refusal(() => listed({ [parameter]: value }), Cloudflare.BadRequestError);
      assert.match(errors[0].source.pointer, new RegExp(`/${parameter}$`));
    });
  }

  test("of accounts and memberships end", async () => {
    const accounts = await all(client().accounts.list());
    assert.deepEqual(accounts.map(({ id, name }) => [id, name]), [[account_id, "Meridian Retail"]]);
    const memberships = await all(client().memberships.list());
    assert.deepEqual(memberships.map(({ account, status }) => [account.id, status]), [[account_id, "accepted"]]);
  });
});

test("who the token is", async () => {
  const { id, status } = await client().user.tokens.verify();
  assert.equal(status, "active");
  const inAccount = await client().accounts.tokens.verify({ account_id });
  assert.deepEqual([inAccount.id, inAccount.status], [id, "active"]);
  assert.equal(typeof (await client().user.get()).id, "string");
});

describe("who uses a certificate", () => {
  test("keeps it from being deleted", async () => {
    const { id } = await upload(leaves.used, "ts used");
    assert.deepEqual(await all(certificates.associations.get(id, { account_id })), []);
    addUser(id, "ts payments", "active");
    addUser(id, "ts returns", "active");
    addUser(id, "ts stock", "inactive");
    const users = await all(certificates.associations.get(id, { account_id }));
    assert.deepEqual(users.map(({ service, status }) => [service, status]).sort(), [
      ["api_node:ts payments", "active"], ["api_node:ts returns", "active"], ["api_node:ts stock", "inactive"],
    ]);
    assert.equal((await certificates.get(id, { account_id })).used_by, 2);

    const { errors, error } = await refusal(() => certificates.delete(id, { account_id }), Cloudflare.BadRequestError);
    assert.equal(errors[0].message, "Certificate cannot be deleted while in use.");
    assert.equal(error.messages.length, 2);
    assert.match(error.messages[0].message + error.messages[1].message, /ts payments.*ts returns|ts returns.*ts payments/);
    assert.equal((await certificates.get(id, { account_id })).id, id);
  });

  test("but not where it is inactive: the delete says whom it has let go", async () => {
    const { id } = await upload(leaves.released, "ts released");
    addUser(id, "ts archive", "inactive");
    const [{ status, answer }] = await requestsOf(() => certificates.delete(id, { account_id }));
    assert.equal(status, 200);
    assert.match(JSON.parse(answer).messages.map(({ message }) => message).join(), /ts archive/);
  });
});

describe("refusals", () => {
  const get = (id, token) => client(token).mtlsCertificates.get(id, { account_id });
  const remove = (id, token) => client(token).mtlsCertificates.delete(id, { account_id });

  test("the same certificate again", async () => {
    await upload(leaves.first, "ts once");
    const { errors } = await refusal(() => upload(leaves.first, "ts twice"), Cloudflare.BadRequestError);
    assert.equal(errors[0].code, 1471);
    assert.match(errors[0].message, /already exists/);
  });

  test("an unknown id", async () => {
    for (const action of [get, remove, (id) => all(certificates.associations.get(id, { account_id }))]) {
      const { errors } = await refusal(() => action(unknown), Cloudflare.NotFoundError);
      assert.deepEqual([errors[0].code, errors[0].message], [1472, "Certificate not found"]);
    }
  });

  test("a second delete", async () => {
    const { id } = await upload(leaves.fourth, "ts gone");
    await remove(id);
    assert.equal((await refusal(() => get(id), Cloudflare.NotFoundError)).errors[0].code, 1472);
    assert.match((await refusal(() => remove(id), Cloudflare.BadRequestError)).errors[0].message, /already deleted/);
  });

  test("tokens that are none", async () => {
    for (const token of [told.tokens.revoked, "not-a-token"]) {
      const { errors } = await refusal(() => all(client(token).mtlsCertificates.list({ account_id })), Cloudflare.AuthenticationError);
      assert.deepEqual([errors[0].code, errors[0].message], [9109, "Invalid access token"]);
    }
  });

  test("no Authorization, or another kind", async () => {
    const list = (authorization) => () => all(certificates.list({ account_id }, { headers: { Authorization: authorization } }));
    assert.equal((await refusal(list(null), Cloudflare.BadRequestError)).errors[0].code, 9106);
    assert.equal((await refusal(list("Basic YTpi"), Cloudflare.BadRequestError)).errors[0].code, 6003);
  });

  test("a scope that the token lacks", async () => {
    const list = (token) => all(client(token).mtlsCertificates.list({ account_id }));
    const without = async (action, scope) => {
      const { errors, error } = await refusal(action, Cloudflare.PermissionDeniedError);
      assert.deepEqual([errors[0].code, errors[0].message], [10000, "Authentication error"]);
      assert.ok(error.messages.some(({ message }) => message.includes(scope)), JSON.stringify(error.messages));
    };
    assert.ok(Array.isArray(await list(told.tokens.reading)));
    await without(() => remove(unknown, told.tokens.reading), "certificates:write");
    await without(() => list(told.tokens.nodes), "certificates:read");
  });

  test("another company", async () => {
    const elsewhere = client(told.tokens.elsewhere).mtlsCertificates;
    const { errors } = await refusal(() => all(elsewhere.list({ account_id })), Cloudflare.PermissionDeniedError);
    assert.equal(errors[0].code, 10000);
    const { id } = await upload(leaves.second, "ts ours");
    const { errors: [first] } = await refusal(() => elsewhere.get(id, { account_id: told.elsewhere }), Cloudflare.NotFoundError);
    assert.equal(first.code, 1472);
  });

  const material = [
    ["text that is no PEM", { certificates: "nothing" }, "/certificates"],
    ["a broken certificate", { certificates: leaves.third.crt.replace(/\n.{64}\n/, "\n") }, "/certificates"],
    ["another certificate's key", { private_key: leaves.fourth.key }, "/private_key"],
    ["no key", { private_key: undefined }, "/private_key"],
  ];
  for (const [title, change, pointer] of material) {
    test(title, async () => {
      const { errors } = await refusal(() => upload(leaves.third, "ts refused", change), Cloudflare.BadRequestError);
      assert.ok(errors.some(({ source }) => source?.pointer === pointer), JSON.stringify(errors));
      assert.deepEqual(await listed({ name: "ts refused" }), []);
    });
  }

  test("a path that leads nowhere", async () => {
    const { errors } = await refusal(() => client().get(`/accounts/${account_id}/mtls_certificate`), Cloudflare.NotFoundError);
    assert.equal(errors[0].code, 7003);
    assert.match(errors[0].message, /^Could not route to /);
  });
});

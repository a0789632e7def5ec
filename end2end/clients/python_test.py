"""Cloudflare's SDK for Python, which refuses every answer that is not what it expects."""

import asyncio
import json
import os
import re
import sqlite3
import unittest
import uuid
from contextlib import closing
from datetime import datetime, timedelta, timezone

import cloudflare
from cloudflare import AsyncCloudflare, Cloudflare

with open(os.environ["SIGNET_HOUSE"], encoding="utf-8") as house:
    TOLD = json.load(house)
ACCOUNT = TOLD["account"]
TOKENS = TOLD["tokens"]
LEAVES = TOLD["leaves"]
AUTHORITIES = TOLD["authorities"]
UNKNOWN = "2458ce5a-0c35-4c7f-82c7-8e9487d3ff60"


def client(token=None, **more):
    """The same client that its users have, but for the base URL and for being strict. It tries requests again by itself, twice."""
    return Cloudflare(api_token=token or TOKENS["everything"], base_url=TOLD["base"], _strict_response_validation=True, **more)


CERTIFICATES = client().mtls_certificates


def upload(made, name, **more):
    body = {"ca": False, "certificates": made["crt"], "private_key": made["key"], "name": name, **more}
    return CERTIFICATES.create(account_id=ACCOUNT, **body)


def delete(certificate_id, token=None):
    return client(token).mtls_certificates.delete(certificate_id, account_id=ACCOUNT)


def get(certificate_id, token=None):
    return client(token).mtls_certificates.get(certificate_id, account_id=ACCOUNT)


def listed(**query):
    """The names that the list holds with these further parts of the query."""
    return [certificate.name for certificate in CERTIFICATES.list(account_id=ACCOUNT, extra_query=query)]


def said():
    """The requests so far, and what was answered."""
    with open(TOLD["said"], encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def change(statement, *values):
    """In Signet's database."""
    with closing(sqlite3.connect(TOLD["database"], timeout=10)) as base, base:
        base.execute(statement, values)


def add_user(certificate_id, name, status):
    """Somebody who uses a certificate, as the API nodes do."""
    row = (str(uuid.uuid4()), ACCOUNT, certificate_id, name, name, status == "active")
    change(
        "insert into api_nodes (id, account_id, certificate_id, name, name_comparable, mtls_enabled, method, url, body, timeout_ms, "
        "follow_redirects, created_at, changed_at, changed_by, version) "
        "values (?, ?, ?, ?, ?, ?, 'GET', 'https://api.bank.example/', '', 30000, 0, 0, 0, '', 1)",
        *row,
    )


class House(unittest.TestCase):
    maxDiff = None

    def tearDown(self):
        """Deletes what a test leaves behind."""
        change("delete from api_nodes")
        certificates = Cloudflare(api_token=TOKENS["everything"], base_url=TOLD["base"]).mtls_certificates
        for certificate in certificates.list(account_id=ACCOUNT):
            certificates.delete(certificate.id, account_id=ACCOUNT)

    def refused(self, kind, action, *words, **more):
        """The error that it ends with, which comes from the only request."""
        before = len(said()) if os.path.exists(TOLD["said"]) else 0
        with self.assertRaises(kind) as raised:
            action(*words, **more)
        self.assertEqual(len(said()) - before, 1, "it was tried again")
        error = raised.exception
        self.assertIs(error.body["success"], False)
        self.assertIsNone(error.body["result"])
        self.assertTrue(error.errors)
        for entry in error.errors:
            self.assertIsInstance(entry.code, int)
            self.assertTrue(entry.message)
        return error

    def assert_sees(self, certificate, made, **fields):
        """Whether a certificate is described as OpenSSL sees it."""
        seen = made["seen"]
        expected = {
            "certificates": made["crt"].rstrip(), "type": "custom", "primary": False, "used_by": 0,
            "expires_on": datetime.fromisoformat(seen["expires_on"].replace("Z", "+00:00")),
            **{name: seen[name] for name in ("issuer", "serial_number", "signature", "not_before", "fingerprint_sha256")},
            **fields,
        }
        self.assertEqual({name: getattr(certificate, name) for name in expected}, expected)
        self.assertLess(abs(datetime.now(timezone.utc) - certificate.uploaded_on), timedelta(minutes=1))


class EachKind(House):
    """A certificate of each kind, as OpenSSL sees it."""

    def story(self, kind):
        name = f"py {kind}"
        created = upload(LEAVES[kind], name)
        self.assertRegex(created.id, r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
        self.assert_sees(created, LEAVES[kind], id=created.id, name=name, ca=False)
        self.assertIsNotNone(created.updated_at)

        got = get(created.id)
        self.assert_sees(got, LEAVES[kind], id=created.id, name=name, ca=False)
        self.assertEqual(got.uploaded_on, created.uploaded_on)
        self.assertEqual([found for found in CERTIFICATES.list(account_id=ACCOUNT) if found.name == name], [got])

        self.assert_sees(delete(created.id), LEAVES[kind], id=created.id, name=name, ca=False)

    def test_rsa(self):
        self.story("rsa")

    def test_pss(self):
        self.story("pss")

    def test_p256(self):
        self.story("p256")

    def test_p384(self):
        self.story("p384")

    def test_ed25519(self):
        self.story("ed25519")


class Uploads(House):
    def test_raw_answer(self):
        body = {"ca": False, "certificates": LEAVES["first"]["crt"], "private_key": LEAVES["first"]["key"], "name": "py raw"}
        raw = CERTIFICATES.with_raw_response.create(account_id=ACCOUNT, **body)
        self.assertEqual(raw.status_code, 200)
        answer = json.loads(raw.text())
        self.assertEqual((answer["success"], answer["errors"]), (True, []))
        self.assertTrue(all(isinstance(entry["code"], int) and entry["message"] for entry in answer["messages"]))
        moment = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$")
        result = answer["result"]
        self.assertRegex(result["uploaded_on"], moment)
        self.assertRegex(result["updated_at"], moment)
        self.assertEqual(result["expires_on"], LEAVES["first"]["seen"]["expires_on"])
        self.assertEqual(raw.headers["etag"].strip('W/"'), str(result["version"]))
        self.assertNotIn("private_key", result)
        got = json.loads(CERTIFICATES.with_raw_response.get(result["id"], account_id=ACCOUNT).text())["result"]
        self.assertNotIn("updated_at", got)

    def test_chain(self):
        created = upload(LEAVES["first"], "py chain", certificates=LEAVES["first"]["chain"])
        self.assertEqual(created.certificates, LEAVES["first"]["chain"].rstrip())
        self.assertEqual(created.serial_number, LEAVES["first"]["seen"]["serial_number"])

    def test_key_in_the_same_text(self):
        created = CERTIFICATES.create(account_id=ACCOUNT, ca=False, certificates=LEAVES["second"]["both"], name="py both")
        self.assertNotIn("PRIVATE", created.certificates)
        self.assertEqual(created.certificates.split(), LEAVES["second"]["crt"].split())

    def test_authority(self):
        created = CERTIFICATES.create(account_id=ACCOUNT, ca=True, certificates=AUTHORITIES["p384"]["crt"], name="py CA")
        self.assert_sees(created, AUTHORITIES["p384"], ca=True, name="py CA")
        self.assertEqual(listed(ca="true"), ["py CA"])

    def test_without_a_name(self):
        made = LEAVES["third"]
        created = CERTIFICATES.create(account_id=ACCOUNT, ca=False, certificates=made["crt"], private_key=made["key"])
        self.assertIsInstance(created.name, str)

    def test_asynchronous(self):
        made = LEAVES["fourth"]

        async def story():
            settings = {"api_token": TOKENS["everything"], "base_url": TOLD["base"], "_strict_response_validation": True}
            async with AsyncCloudflare(**settings) as own:
                body = {"ca": False, "certificates": made["crt"], "private_key": made["key"], "name": "py async"}
                created = await own.mtls_certificates.create(account_id=ACCOUNT, **body)
                names = [found.name async for found in own.mtls_certificates.list(account_id=ACCOUNT)]
                await own.mtls_certificates.delete(created.id, account_id=ACCOUNT)
                return names

        self.assertEqual(asyncio.run(story()), ["py async"])
        self.assertEqual(listed(), [])


class Lists(House):
    def test_pages_and_filters(self):
        names = ["py first", "py second", "py third", "py CA"]
        for name in ("first", "second", "third"):
            upload(LEAVES[name], f"py {name}")
        CERTIFICATES.create(account_id=ACCOUNT, ca=True, certificates=AUTHORITIES["rsa"]["crt"], name="py CA")

        self.assertEqual(listed(), names)
        self.assertEqual(listed(per_page=3), names[:3])
        self.assertEqual(listed(per_page=3, page=2), names[3:])
        self.assertEqual(json.loads(said()[-1]["answer"])["result_info"],
                         {"count": 1, "page": 2, "per_page": 3, "total_count": 4, "total_pages": 2})
        self.assertEqual(listed(per_page=3, page=3), [])
        self.assertEqual(listed(ca="false"), names[:3])
        self.assertEqual(listed(ca="true"), names[3:])
        self.assertEqual(listed(name="py second"), ["py second"])
        self.assertEqual(listed(name="py SECOND"), [])
        self.assertEqual(listed(type="custom,gateway_managed"), names)

        def of_types(*types):
            return len(list(CERTIFICATES.list(account_id=ACCOUNT, type=list(types))))

        self.assertEqual(of_types("custom"), 4)
        self.assertEqual(of_types("gateway_managed", "custom"), 4)
        self.assertEqual(of_types("gateway_managed", "access_managed"), 0)

    def test_pages_that_are_none(self):
        for parameter, value in (("page", "0"), ("page", "x"), ("per_page", "0"), ("per_page", "1001")):
            with self.subTest(f"{parameter}={value}"):
                error = self.refused(cloudflare.BadRequestError, listed, **{parameter: value})
                self.assertTrue(error.errors[0].source.pointer.endswith(f"/{parameter}"), error.errors[0].source.pointer)

    def assert_ends(self, page):
        """What an iterator gives that asks for page after page, until one is empty."""
        items = []
        for item in page:
            items.append(item)
            self.assertLess(len(items), 100, "it does not end")
        return items

    def test_accounts(self):
        accounts = self.assert_ends(client().accounts.list())
        self.assertEqual([(account.id, account.name) for account in accounts], [(ACCOUNT, "Meridian Retail")])

    def test_memberships(self):
        memberships = self.assert_ends(client().memberships.list())
        self.assertEqual([(membership.account.id, membership.status) for membership in memberships], [(ACCOUNT, "accepted")])

    def test_whose_token(self):
        verified = client().user.tokens.verify()
        self.assertEqual(verified.status, "active")
        in_account = client().accounts.tokens.verify(account_id=ACCOUNT)
        self.assertEqual((in_account.id, in_account.status), (verified.id, "active"))
        self.assertTrue(client().user.get().id)


class Users(House):
    def associations(self, certificate_id):
        return sorted((user.service, user.status) for user in CERTIFICATES.associations.get(certificate_id, account_id=ACCOUNT))

    def test_active_ones_keep_it_from_being_deleted(self):
        certificate_id = upload(LEAVES["used"], "py used").id
        self.assertEqual(self.associations(certificate_id), [])
        add_user(certificate_id, "py payments", "active")
        add_user(certificate_id, "py returns", "active")
        add_user(certificate_id, "py stock", "inactive")
        self.assertEqual(self.associations(certificate_id), [
            ("api_node:py payments", "active"), ("api_node:py returns", "active"), ("api_node:py stock", "inactive"),
        ])
        self.assertEqual(get(certificate_id).used_by, 2)

        error = self.refused(cloudflare.BadRequestError, delete, certificate_id)
        self.assertEqual(error.errors[0].message, "Certificate cannot be deleted while in use.")
        messages = sorted(entry["message"] for entry in error.body["messages"])
        self.assertEqual(len(messages), 2)
        self.assertIn("py payments", messages[0])
        self.assertIn("py returns", messages[1])
        self.assertEqual(get(certificate_id).id, certificate_id)

    def test_inactive_ones_are_let_go(self):
        certificate_id = upload(LEAVES["released"], "py released").id
        add_user(certificate_id, "py archive", "inactive")
        raw = CERTIFICATES.with_raw_response.delete(certificate_id, account_id=ACCOUNT)
        self.assertEqual(raw.status_code, 200)
        self.assertIn("py archive", " ".join(entry["message"] for entry in json.loads(raw.text())["messages"]))


class Refusals(House):
    def assert_code(self, error, code, message=None):
        self.assertEqual(error.errors[0].code, code)
        if message:
            self.assertEqual(error.errors[0].message, message)

    def test_the_same_certificate_again(self):
        upload(LEAVES["first"], "py once")
        error = self.refused(cloudflare.BadRequestError, upload, LEAVES["first"], "py twice")
        self.assert_code(error, 1471)
        self.assertIn("already exists", error.errors[0].message)

    def test_unknown_ids(self):
        actions = (get, delete, lambda unknown: list(CERTIFICATES.associations.get(unknown, account_id=ACCOUNT)))
        for action in actions:
            self.assert_code(self.refused(cloudflare.NotFoundError, action, UNKNOWN), 1472, "Certificate not found")

    def test_second_delete(self):
        certificate_id = upload(LEAVES["fourth"], "py gone").id
        delete(certificate_id)
        self.assert_code(self.refused(cloudflare.NotFoundError, get, certificate_id), 1472)
        error = self.refused(cloudflare.BadRequestError, delete, certificate_id)
        self.assertIn("already deleted", error.errors[0].message)

    def test_tokens_that_are_none(self):
        for token in (TOKENS["revoked"], "not-a-token"):
            error = self.refused(cloudflare.AuthenticationError, get, UNKNOWN, token)
            self.assert_code(error, 9109, "Invalid access token")

    def test_key_and_email_instead_of_a_token(self):
        own = Cloudflare(api_key="key", api_email="ana@meridian.example", base_url=TOLD["base"], _strict_response_validation=True)
        self.assert_code(self.refused(cloudflare.BadRequestError, own.mtls_certificates.get, UNKNOWN, account_id=ACCOUNT), 9106)

    def test_scopes(self):
        self.assert_code(self.refused(cloudflare.NotFoundError, get, UNKNOWN, TOKENS["reading"]), 1472)
        for action, token, scope in ((delete, "reading", "certificates:write"), (get, "nodes", "certificates:read")):
            error = self.refused(cloudflare.PermissionDeniedError, action, UNKNOWN, TOKENS[token])
            self.assert_code(error, 10000, "Authentication error")
            self.assertIn(scope, " ".join(entry["message"] for entry in error.body["messages"]))

    def test_another_company(self):
        self.assert_code(self.refused(cloudflare.PermissionDeniedError, get, UNKNOWN, TOKENS["elsewhere"]), 10000)
        certificate_id = upload(LEAVES["second"], "py ours").id
        elsewhere = client(TOKENS["elsewhere"]).mtls_certificates
        error = self.refused(cloudflare.NotFoundError, elsewhere.get, certificate_id, account_id=TOLD["elsewhere"])
        self.assert_code(error, 1472)

    def test_material(self):
        made = LEAVES["third"]
        broken = re.sub(r"\n.{64}\n", "\n", made["crt"], count=1)
        cases = {
            "text that is no PEM": ({"certificates": "nothing"}, "/certificates"),
            "a broken certificate": ({"certificates": broken}, "/certificates"),
            "another certificate's key": ({"private_key": LEAVES["fourth"]["key"]}, "/private_key"),
            "no key": ({"private_key": cloudflare.omit}, "/private_key"),
        }
        for title, (changed, pointer) in cases.items():
            with self.subTest(title):
                error = self.refused(cloudflare.BadRequestError, upload, made, "py refused", **changed)
                self.assertIn(pointer, [entry.source and entry.source.pointer for entry in error.errors])
                self.assertEqual(listed(name="py refused"), [])

    def test_a_path_that_leads_nowhere(self):
        error = self.refused(cloudflare.NotFoundError, client().get, f"/accounts/{ACCOUNT}/mtls_certificate", cast_to=object)
        self.assert_code(error, 7003)
        self.assertTrue(error.errors[0].message.startswith("Could not route to "))


if __name__ == "__main__":
    unittest.main()

"""What is a secret in a text, where it is, and what only looks like one."""

import random
import re
import string
import time
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sdd.secrets import fingerprint, hidden, hidden_lines, redact, scan
from sdd.secrets.scan import keywords_in
from sdd.secrets.shapes import SHAPES
from tests.examples import examples
from tests.secret_texts import ALNUM, BASE32, BASE64, HEX, LOWER, UPPER, URL, basic, checked, jwt, made, pem, uuid

# Each as its issuer documents it.
TOKENS = {
    "aws-access-key": "AKIA" + made(BASE32, 16),
    "aws-bedrock-key": "ABSK" + made(BASE64, 128),
    "google-api-key": "AIza" + made(URL, 35),
    "google-oauth-secret": "GOCSPX-" + made(URL, 28),
    "google-oauth-token": "ya29." + made(URL, 120),
    "azure-storage-key": made(BASE64, 86) + "==",
    "azure-client-secret": "aB" + "c8Q~" + made(URL, 34),
    "azure-devops-token": made(ALNUM, 76) + "AZDO" + made(ALNUM, 4),
    "azure-key": made(ALNUM, 52) + "JQQJ99" + made(ALNUM, 26),
    "azure-sas": made(ALNUM, 43) + "%3D",
    "digitalocean-token": "dop_v1_" + made(HEX, 64),
    "alibaba-access-key": "LTAI" + made(ALNUM, 20),
    "heroku-token": "HRKU-AA" + made(URL, 58),
    "fly-token": "fm2_" + made(BASE64, 200),
    "vercel-token": "vcp_" + made(ALNUM, 56),
    "netlify-token": "nfp_" + made(ALNUM, 36),
    "supabase-key": "sbp_" + made(HEX, 40),
    "planetscale-token": "pscale_tkn_" + made(URL, 43),
    "databricks-token": "dapi" + made(HEX, 32),
    "vault-token": "hvs." + made(URL, 90),
    "terraform-token": made(ALNUM, 14) + ".atlasv1." + made(URL, 67),
    "doppler-token": "dp.st.prd." + made(ALNUM, 43),
    "pulumi-token": "pul-" + made(HEX, 40),
    "tailscale-key": "tskey-auth-" + made(ALNUM, 12) + "-" + made(ALNUM, 32),
    "github-token": checked("ghp"),
    "github-fine-grained-token": "github_pat_" + made(ALNUM, 22) + "_" + made(ALNUM, 59),
    "gitlab-token": "glpat-" + made(URL, 20),
    "atlassian-token": "ATATT3xFfGF0" + made(URL, 170) + "=" + made(UPPER, 8),
    "sourcegraph-token": "sgp_" + made(HEX, 16) + "_" + made(HEX, 40),
    "circleci-token": "CCIPAT_" + made(ALNUM, 22) + "_" + made(HEX, 40),
    "npm-token": checked("npm"),
    "pypi-token": "pypi-AgEIcHlwaS5vcmc" + made(URL, 150),
    "rubygems-key": "rubygems_" + made(HEX, 48),
    "crates-token": "cio" + made(ALNUM, 32),
    "docker-token": "dckr_pat_" + made(URL, 27),
    "nuget-key": "oy2" + made(LOWER, 43),
    "slack-token": "xoxb-" + "-".join([made(string.digits, 12), made(string.digits, 13), made(ALNUM, 24)]),
    "slack-app-token": "xapp-1-" + made(UPPER, 11) + "-" + made(string.digits, 13) + "-" + made(HEX, 64),
    "slack-webhook": "/".join(["T" + made(UPPER, 9), "B" + made(UPPER, 10), made(ALNUM, 24)]),
    "discord-token": "MTE4" + "NDIwNjEzMzMxODQxMDI0MA" + "." + made(URL, 6) + "." + made(URL, 38),
    "telegram-token": made("123456789", 10) + ":AA" + made(URL, 33),
    "twilio-key": "SK" + made(HEX, 32),
    "sendgrid-key": "SG." + made(URL, 22) + "." + made(URL, 43),
    "mailgun-key": "key-" + made(HEX, 32),
    "mailchimp-key": made(HEX, 32) + "-us21",
    "brevo-key": "xkeysib-" + made(HEX, 64) + "-" + made(ALNUM, 16),
    "stripe-key": "sk_live_" + made(ALNUM, 99),
    "stripe-webhook-secret": "whsec_" + made(ALNUM, 32),
    "square-token": "EAAA" + made(URL, 60),
    "shopify-token": "shpat_" + made(HEX, 32),
    "plaid-token": "access-production-" + uuid(),
    "anthropic-key": "sk-ant-api03-" + made(URL, 93) + "AA",
    "openai-key": "sk-proj-" + made(URL, 74) + "T3BlbkFJ" + made(URL, 74),
    "openrouter-key": "sk-or-v1-" + made(HEX, 64),
    "huggingface-token": "hf_" + made(string.ascii_letters, 34),
    "replicate-token": "r8_" + made(ALNUM, 37),
    "groq-key": "gsk_" + made(ALNUM, 52),
    "perplexity-key": "pplx-" + made(ALNUM, 48),
    "xai-key": "xai-" + made(ALNUM, 80),
    "nvidia-key": "nvapi-" + made(URL, 64),
    "langsmith-key": "lsv2_pt_" + made(HEX, 32) + "_" + made(HEX, 10),
    "pinecone-key": "pcsk_" + made(ALNUM, 6) + "_" + made(ALNUM, 63),
    "new-relic-key": "NRAK-" + made(UPPER, 27),
    "sentry-token": "sntryu_" + made(HEX, 64),
    "grafana-token": "glsa_" + made(ALNUM, 32) + "_" + made(HEX, 8),
    "dynatrace-token": "dt0c01." + made(UPPER, 24) + "." + made(UPPER, 64),
    "linear-key": "lin_api_" + made(ALNUM, 40),
    "notion-token": "ntn_" + made(string.digits, 11) + made(ALNUM, 35),
    "figma-token": "figd_" + made(URL, 40),
    "airtable-token": "pat" + made(ALNUM, 14) + "." + made(HEX, 64),
    "postman-key": "PMAK-" + made(HEX, 24) + "-" + made(HEX, 34),
    "hubspot-token": "pat-na1-" + uuid(),
    "private-key": pem(),
    "jwt": jwt(),
}
BEFORE = {
    "azure-storage-key": "DefaultEndpointsProtocol=https;AccountName=ada;AccountKey=",
    "azure-sas": "https://ada.blob.core.windows.net/c?sv=2024-11-04&sp=r&sig=",
    "slack-webhook": "https://hooks.slack.com/services/",
}
PASSWORD = "vq7!Lm2#tz"
KEY = made(ALNUM, 40)

# What a name beside it gives away: the text, `@` where the secret is, and the secret.
NAMED = [
    ("DB_PASSWORD=@", PASSWORD),
    ("export APP_SECRET=@", KEY),
    ('"client_secret": "@",', KEY),
    ("'password' => '@',", PASSWORD),
    ("password: str = '@'", PASSWORD),
    ("spring.datasource.password=@", PASSWORD),
    ("aws_secret_access_key = @", made(BASE64, 40)),
    ("<password>@</password>", PASSWORD),
    ("- name: DB_PASSWORD\n  value: @", PASSWORD),
    ("Server=db;User Id=sa;Password=@;Encrypt=true", PASSWORD),
    ("mycli login --password @ --yes", PASSWORD),
    ("the password is @.", PASSWORD),
    ("the password is @ , so log in", "Tq7$" + made(URL, 10)),
    ("The password for the staging database is `@`", PASSWORD),
    ("Das Passwort ist @", PASSWORD),
    ("la contraseña es @", PASSWORD),
    ("密码是@", PASSWORD),
    ("**API key:** `@`", KEY),
    ("API key:\n@", KEY),
    ("| api_key | @ |", KEY),
    ("X-Api-Key: @", made(HEX, 32)),
    ("curl -u ada:@ https://host", PASSWORD),
    ("Authorization: Bearer @", KEY),
    ("Authorization: Basic @", basic()),
    ('{"auths": {"ghcr.io": {"auth": "@"}}}', basic()),
    ("postgres://ada:@@db.internal:5432/app", "vq7%21Lm2tz"),
    ("ada:@@tcp(db:3306)/app", "vq7!Lm2#tz"),
    ("//registry.host/:_authToken=@", made(BASE64, 40)),
    ("machine host login ada password @", PASSWORD),
    ("https://host/path?access_token=@&page=2", KEY),
    ('json: {\\"password\\": \\"@\\"}', PASSWORD),
    ("The password is:\n```\n@\n```", PASSWORD),
    ("The password is:\n\n    @\n\nuse it", PASSWORD),
    ("The password is\n@", PASSWORD),
    ("password:\n@", PASSWORD),
    ("> - password:\n> - @", PASSWORD),
    ("### DB_PASSWORD\n\n@", PASSWORD),
    ("password \u2192 @", PASSWORD),
    ('passphrase is "@"', "correct horse battery staple"),
    ("| user | password |\n|---|---|\n| ada | `@` |", PASSWORD),
    ("user | password | since\n---|:-:|---\nada | @ | 2020", PASSWORD),
    ("| API key | of |\n|---|---|\n| @ | ada |", KEY),
    ('{"name":"DB_PASSWORD","value":"@"}', PASSWORD),
    ("password:\n  value: @", PASSWORD),
    ('{"password": {"value": "@"}}', PASSWORD),
    ("CREATE USER ada IDENTIFIED BY '@'", PASSWORD),
    ("create user ada identified with sha2 by '@'", PASSWORD),
    ("CREATE USER ada WITH PASSWORD '@'", PASSWORD),
    ("ALTER ROLE ada PASSWORD '@';", "Sommer2026"),
    ("SET PASSWORD FOR root = '@'", PASSWORD),
    ("SET PASSWORD FOR 'root'\0'localhost' = '@'", PASSWORD),
    ("setx DB_PASSWORD @", PASSWORD),
    ("password: <code>@</code>", PASSWORD),
    ('<b>Password</b>: <span class="a">@</span>', PASSWORD),
    ("<tr><td>password</td><td>@</td></tr>", PASSWORD),
    ("<dt>Password</dt>\n<dd>@</dd>", PASSWORD),
    ("db.host:5432:shop:ada:@", PASSWORD),
    ("login: ada / @", PASSWORD),
    ("Credentials: ada / @.", PASSWORD),
    ("user ada, pass @", PASSWORD),
    ("user ada with the password @", PASSWORD),
    ("ssh ada:@\0db.host", PASSWORD),
    ("Cookie: lang=en; session=@", made(HEX, 32)),
    ("Set-Cookie: PHPSESSID=@; HttpOnly", made(ALNUM, 32)),
]

# What looks like a secret and is none.
CLEAN = [
    "AKIA" + "IOSFODNN7EXAMPLE",
    "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "EXAMPLEKEY",
    "password: ${DB_PASSWORD}",
    "password: $DB_PASSWORD",
    "the password is pre-$DB_PASSWORD7",
    "TOKEN=<your token here>",
    "apiKey: process.env.API_KEY_V2",
    'token = os.environ["GITHUB_TOKEN2"]',
    "password = ********",
    "token: [REDACTED:github-token:9f86d081884c]",
    "password: [REDACTED]",
    "the password is case-sensitive and expires after 90 days",
    "temp_password_expires_at=now+24h",
    "passwordExpiresAt: 2027-01-31T10h",
    "The token is refreshed every 15 minutes.",
    "password: changeme123",
    "secret = get_secret_v2(name)",
    "token: AccessTokenResponseV2",
    "postgres://postgres:postgres@localhost:5432/app",
    "https://user:password@host.example.com",
    "mongodb://{user}:{password}@host",
    f"sha256: {made(HEX, 64)}",
    f"commit {made(HEX, 40)}",
    f"token-id: {uuid()}",
    f"session_token: {uuid()}",
    "ghp_" + "x" * 36,
    "sk-" + "1234567890abcdefghijklmnopqrstuvwxyz",
    "Authorization: Bearer <token>",
    "Authorization: Bearer $TOKEN",
    "Authorization: Basic " + basic("user", "password"),
    "-" * 5 + "BEGIN RSA PRIVATE KEY" + "-" * 5 + "\n...\n" + "-" * 5 + "END RSA PRIVATE KEY" + "-" * 5,
    "max_tokens: 4096, token_count=20481, primary_key = id2",
    "public_key: " + made(BASE64, 40),
    "cache_key = " + made(HEX, 40),
    "password_hash: " + made(BASE64, 40),
    "path/to/secret/key_v2.pem",
    "password:\n  type: string\n  minLength: 8",
    "Password:\n\nStep2 of 3 asks for it.",
    "A good password is\n- long,\n- new.",
    "| password | meaning |\n|---|---|\n| required | the user's own |",
    "| Token | Since |\n|---|---|\n| access_token_v2 | 2020 |",
    "password \u2013 2fa",
    "login: ada / grace",
    "user ada, pass 12 of 14",
    "ada:shop@db.host",
    "Cookie: lang=en; session=none",
    "-----END RSA PRIVATE KEY-----",
    "a**b** `c`d <b>e</b>f 100%25 x%20y List<String>s \u200bg",
    f"sdd: pass: {made(HEX, 40)} 2f23fdc against main 0a1b2c3: 1 covered",
    f"sdd: pass: {made(ALNUM, 30)} 2f23fdc against main 0a1b2c3: 1 covered",
    f"sdd waiver new record-secret --path FILE --secret {made(HEX, 64)} --days 90",
    f"record-secret: {made(HEX, 64)}",
]


def values_of(text: str, *personal: str) -> list[tuple[str, str]]:
    """The rule and the value of each secret."""
    return [(secret.rule, text[secret.start : secret.end]) for secret in scan(text, personal)]


@pytest.mark.parametrize("rule", TOKENS)
@pytest.mark.parametrize(
    "around", ["{}", "Use `{}` here.", "A\n\tB\\n{}\\n", "x={}&y=1", "令牌{}。", '("{}")'], ids=range(6)
)
def test_a_documented_token_is_found_wherever_it_is(rule: str, around: str) -> None:
    text = around.format(BEFORE.get(rule, "") + TOKENS[rule])
    assert values_of(text) == [(rule, TOKENS[rule])]


KEYWORDS = list(dict.fromkeys(keyword for shape in SHAPES for keyword in shape.keywords))


@given(st.lists(st.sampled_from((*KEYWORDS, *(word[1:] for word in KEYWORDS), " ", "x", "\n", "some words "))))
def test_every_keyword_of_a_shape_is_found_at_odd_and_even_places(pieces: list[str]) -> None:
    text = "".join(pieces).ljust(500)
    assert keywords_in(text) == [keyword for keyword in KEYWORDS if keyword in text]


def test_fifty_shapes_are_tried() -> None:
    assert len(TOKENS) >= 50
    assert set(TOKENS) <= {shape.rule for shape in SHAPES}


@pytest.mark.parametrize(("text", "value"), NAMED, ids=[text for text, _ in NAMED])
def test_a_value_is_found_by_what_stands_beside_it(text: str, value: str) -> None:
    assert [found for _, found in values_of(text.replace("@", value, 1).replace("\0", "@"))] == [value]


@pytest.mark.parametrize("text", CLEAN, ids=range(len(CLEAN)))
def test_what_only_looks_like_a_secret_is_none(text: str) -> None:
    assert values_of(text) == []


def test_a_secret_has_its_line_and_column() -> None:
    text = f"İstanbul\n\n  é {checked('ghp')} and {checked('npm')}\n"
    assert [(each.rule, each.line, each.column) for each in scan(text)] == [
        ("github-token", 3, 5),
        ("npm-token", 3, 50),
    ]


def test_a_token_is_placed_as_it_is_written() -> None:
    token, other = checked("ghp"), checked("npm")
    text = f"a \\_ b\n&#99; {token.replace('_', '&#95;')} {other}\n{other.replace('_', chr(92) + '_')}"
    found = scan(text)
    assert [(each.rule, each.line, each.column, each.proven) for each in found] == [
        ("github-token", 2, 7, True),
        ("npm-token", 2, 52, True),
        ("npm-token", 3, 1, True),
    ]
    assert redact(text, found) == "a \\_ b\n&#99; [REDACTED:github-token] [REDACTED:npm-token]\n[REDACTED:npm-token]"


# `@` is the token, `^` its prefix, `~` what follows that.
SEEN = [
    "^\u200b~", "^\u00ad~", "^\u2060\ufeff~", "**^**~", "`^`~", "**`^`**~", "^&shy;~", "^&#8203;~",
    "^<b></b>~", "<i class='x'>^</i>~", "^<!-- a -->~", "x@", "é@", "id@", "[^](x)~",
]  # fmt: skip


@pytest.mark.parametrize("form", SEEN, ids=range(len(SEEN)))
@pytest.mark.parametrize("token", [checked("ghp"), checked("npm"), "glpat-" + made(URL, 20)], ids=range(3))
def test_a_token_is_found_as_a_reader_sees_it(form: str, token: str) -> None:
    prefix = re.split("(?<=[_-])", token, maxsplit=1)[0]
    written = form.replace("@", token).replace("^", prefix).replace("~", token.removeprefix(prefix))
    for text in (written, f"é a **b** `c`\n\tUse {written} here, <b>now</b>.\n{written}\nx\\_y"):
        clean = redact(text, scan(text))
        assert len(scan(text)) == text.count(written)
        assert token.removeprefix(prefix) not in clean
        assert clean.endswith(("]", "x\\_y"))


@pytest.mark.parametrize("spelled", ["%5F", "\\x5f", "&lowbar;", "\uff3f", "\\_"])
def test_a_sign_of_a_token_may_be_spelled(spelled: str) -> None:
    token = checked("ghp").replace("_", spelled)
    assert values_of(f"a {token} b") == [("github-token", token)]
    wide = checked("ghp").translate({ord(letter): ord(letter) + 0xFEE0 for letter in ALNUM})
    assert values_of(f"a {wide}") == [("github-token", wide)]


@pytest.mark.parametrize("before", ["", "> ", "    "])
def test_the_end_of_a_key_is_found_without_its_beginning(before: str) -> None:
    lines = pem().split("\n")[2:]
    text = "It goes on:\n" + "".join(f"{before}{line}\n" for line in lines) + "Bye."
    clean = redact(text, scan(text))
    assert clean.split("\n")[0::2] == ["It goes on:", "Bye."]
    assert not any(line in clean for line in lines)
    escaped = "a = " + "\\n".join(lines)
    assert redact(escaped, scan(escaped)) == "a = [REDACTED:private-key]"


def test_the_private_lines_of_a_key_are_found_alone() -> None:
    text = f"Private-Lines: 2\n{made(BASE64, 64)}\n{made(BASE64, 40, 'b')}\nPrivate-MAC: {made(HEX, 40)}\nBye."
    assert redact(text, scan(text)) == "[REDACTED:private-key]\nBye."


def test_a_checksum_proves_a_token_and_another_is_found_unproven() -> None:
    right = checked("ghp")
    wrong = right[:-1] + ("a" if right[-1] != "a" else "b")
    assert [each.proven for each in scan(f"{right} {wrong}")] == [True, False]


def test_a_key_goes_to_its_last_line() -> None:
    for kind, newline in (("", "\n"), ("OPENSSH ", "\n"), ("EC ", "\\n"), ("RSA ", "\n    ")):
        text = f"before\n{pem(kind, newline=newline)}\nafter"
        assert redact(text, scan(text)) == "before\n[REDACTED:private-key]\nafter"


def test_a_key_without_its_last_line_ends_where_its_text_does() -> None:
    text = f"{pem(end=False)}\n\nAnd then a sentence follows.\n{pem()}"
    assert redact(text, scan(text)) == "[REDACTED:private-key]And then a sentence follows.\n[REDACTED:private-key]"


def test_a_line_of_a_secret_is_hidden_where_it_stands_alone() -> None:
    text = f"a = 1\nkey = {pem()}\nb = 2\ntoken = '{checked('ghp')}' # c\n"
    shown, lines = hidden_lines(text), text.split("\n")
    key = range(2, 2 + pem().count("\n") + 1)
    assert shown == {
        **dict.fromkeys(key, "[REDACTED:private-key]"),
        2: "key = [REDACTED:private-key]",
        key.stop + 1: "token = '[REDACTED:github-token]' # c",
    }
    assert all(lines[number - 1] != line for number, line in shown.items())


def test_personal_things_are_found_where_the_policy_says_so() -> None:
    text = (
        "in /home/ada/src, C:\\Users\\Ada\\x and /home/runner/work; ada@lovelace.org, git@host.org, ada@example.com\n"
    )
    assert values_of(text) == []
    assert values_of(text, "home", "email") == [("home", "ada"), ("home", "Ada"), ("email", "ada@lovelace.org")]


def test_equal_secrets_have_equal_tags_that_nobody_can_guess() -> None:
    text = f"{checked('ghp')} {checked('ghp', 'other')} {checked('ghp')}"
    first, second, third = redact(text, scan(text), b"key").split()
    assert first == third != second
    assert re.fullmatch(r"\[REDACTED:github-token:[0-9a-f]{12}\]", first)
    assert first not in redact(text, scan(text), b"another key")
    assert first[24:36] not in fingerprint("github-token", checked("ghp"))


@pytest.mark.parametrize("around", ["@", "(@)", "0000@", "@0000", "x@y", "{}@", "_@_", "\\u0061@", "é@é"])
def test_a_value_that_is_a_secret_once_is_one_wherever_it_is_repeated(around: str) -> None:
    for before, value in (("", checked("ghp")), ("password=", PASSWORD), ("api_key: ", KEY)):
        for text in (f"{before}{value}\n{around}", f"{around}\n{before}{value}\n"):
            written = text.replace("@", value)
            assert value not in redact(written, scan(written))
            assert value not in hidden(written)
            assert {fingerprint(found.rule, written[found.start : found.end]) for found in scan(written)} >= {
                fingerprint(found.rule, value) for found in scan(f"{before}{value}")
            }


def test_secrets_that_overlap_are_one_under_the_rule_that_says_most() -> None:
    token = "glpat-" + made(URL, 20)
    for text in (f"https://oauth2:{token}@gitlab.com/x", f'PASSWORD="{token}"', f"Authorization: Bearer {token}"):
        assert values_of(text) == [("gitlab-token", token)]


@examples(100)
@given(
    st.lists(
        st.sampled_from(
            [
                *TOKENS.values(),
                *(t.replace("@", value, 1) for t, value in NAMED),
                " ",
                "\n",
                '"',
                "é",
            ]
        )
    ).map(" ".join)
)
@example(" ".join(f"curl -u ada:{PASSWORD} https://{host}" for host in "abc"))
def test_a_redacted_text_holds_no_secret_and_stays_as_it_is(text: str) -> None:
    secrets = scan(text)
    assert all(before.end <= after.start for before, after in pairwise(secrets))
    clean = redact(text, secrets, b"key")
    assert redact(clean, scan(clean), b"key") == clean


WORST = [
    "Server=a;Password=", "\\_a", "&#95;a", " as the password", "a as the password",
    *sorted({keyword for shape in SHAPES for keyword in shape.keywords}),
    "password", "password=", "token: ", "secret_", "password for a b c d ",
    "-----BEGIN RSA PRIVATE KEY-----\n", "-----BEGIN ",
    "://a:", "://a:b@", "a:b",
    "eyJhbGci.", "eyJ", "curl -u a:", "mysql ", "machine a login b ", "@tcp(", "a@b.",
    "/home/a",
    "password\n\n", '"auth":"', "/api/webhooks/123456789012345678/", "PuTTY-User-Key-File-3: a\n", "Comment: a\n", "İ",
    "ghp_<b>", "a<b>", "<b>a", "a**", "%5f", "a%", "a\u200b", "\uff47", "<!--a", "a<!--", "password\n- ",
    "password\n```\n", "|password|\n|-|\n", "|password", "|password|\n|-|\n" + "|a|\n" * 40, "login: a / ",
    "user a, pass ", "a:b@", ":a@", "-----END RSA PRIVATE KEY-----", "AAAA\n-----END RSA PRIVATE KEY-----\n",
    "A-----END RSA PRIVATE KEY-----", "AAAA\n", "Private-Lines: 1\n", "Private-Lines: 1\nAAAABBBBCCCCDDDDEEEE\n",
    "Cookie: a=b; ", "IDENTIFIED ", "setx password ", "<td>", "a<td>", "a](", "](a)", "a](b)", "sdd: pass: ",
    "~", "a~", "~`", "~<b>",
]  # fmt: skip


@pytest.mark.parametrize("piece", WORST)
def test_time_is_linear_in_the_worst_of_texts(piece: str) -> None:
    def cost(length: int) -> float:
        text = (piece * (length // len(piece) + 1))[:length]
        started = time.process_time()
        scan(text, ("email", "home"))
        return time.process_time() - started

    # Eight times the text: a quadratic pattern would take 64 times as long, however often it is tried.
    most = 40 * min(cost(1_000) for _ in range(2)) + 0.01
    assert any(cost(8_000) < most for _ in range(3))


def test_time_is_linear_in_the_number_of_values() -> None:
    def cost(number: int) -> float:
        text = "".join(f"password={made(ALNUM, 20, str(each))}\n" for each in range(number))
        started = time.process_time()
        scan(text)
        return time.process_time() - started

    most = 40 * min(cost(300) for _ in range(2)) + 0.02
    assert any(cost(2_400) < most for _ in range(3))


def test_random_text_is_clean() -> None:
    letters = random.Random(1).choices(string.ascii_lowercase + "     \n", k=200_000)
    assert scan("".join(letters)) == ()

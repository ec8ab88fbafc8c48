"""The documented shapes of secrets: a keyword that every text with one holds, and the pattern around it.

A table: one line a shape, each from its issuer's own documentation. To add one, take a keyword that is rare in prose.
"""

from collections.abc import Callable
from typing import NamedTuple

from sdd.base.regex import regex
from sdd.secrets import values

# What comes before a secret: no letter or digit, but for an escape as `\n` in a string and `%3D` in a URL. A shape that is
# only told from any long word at its end starts where a word does, or each piece of the word would be read to its end.
_ESCAPED = r"(?<=\\[nrt])|(?<=%[0-9A-Fa-f][0-9A-Fa-f])"
ANYWHERE = ""
TOKEN = rf"(?:(?<![A-Za-z0-9])|{_ESCAPED})"
WORD = rf"(?:(?<![A-Za-z0-9_-])|(?<=\n[+-])|(?<=:-)|{_ESCAPED})"


class Shape(NamedTuple):
    """One shape. The secret is the pattern's first group, or all of it where there is none.

    `leads` says how many characters before its keyword the pattern starts; () where only a search can tell. A value must
    have `entropy` bits a character, and pass `check`. `start` says what may come before. A `checksum` proves a value; one that fails it is found all the same, and can be a false alarm.
    """

    rule: str
    keywords: tuple[str, ...]
    pattern: str
    entropy: float = 3.0
    checksum: Callable[[str], bool] | None = None
    check: Callable[[str], bool] | None = None
    leads: tuple[int, ...] = (0,)
    start: str = TOKEN


_KEY_BODY = regex(r"[A-Za-z0-9+/]{20}")
_HEX_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_ALNUM_END = r"(?![A-Za-z0-9])"

SHAPES = (
    # Clouds
    Shape("aws-access-key", ("AKIA", "ASIA", "ABIA", "ACCA"), r"A(?:KI|SI|BI|CC)A[A-Z2-7]{16}(?![A-Za-z0-9_])", 2.8),
    Shape("aws-bedrock-key", ("ABSK", "bedrock-api-key-"), r"(?:ABSK|bedrock-api-key-)[A-Za-z0-9+/]{60,}={0,2}"),
    Shape("google-api-key", ("AIza",), r"AIza[\w-]{35}(?![\w-])"),
    Shape("google-oauth-secret", ("GOCSPX-",), r"GOCSPX-[\w-]{28}(?![\w-])"),
    Shape("google-oauth-token", ("ya29.", "1//0"), r"(?:ya29\.|1//0)[\w-]{30,}"),
    Shape("azure-storage-key", ("AccountKey=", "SharedAccessKey="), r"S?(?:Account|haredAccess)Key=([A-Za-z0-9+/]{43,86}={1,2})"),
    Shape("azure-client-secret", ("Q~",), r"[\w.~-]{3}[0-9]Q~[\w.~-]{31,34}(?![\w.~-])", leads=(4,)),
    Shape("azure-sas", ("sig=",), r"sig=([A-Za-z0-9+/%]{43,}(?:=|%3[Dd])?)(?![\w-])"),
    Shape("azure-devops-token", ("AZDO",), rf"[A-Za-z0-9]{{76}}AZDO[A-Za-z0-9]{{4}}{_ALNUM_END}", leads=(76,)),
    Shape("azure-key", ("JQQJ99", "+ASt", "+ACR", "AzFu", "AzSe", "APIM", "ACDb", "AIoT"),
          r"[A-Za-z0-9+/]{52}JQQJ99[A-Za-z0-9]{26}(?![A-Za-z0-9])|[A-Za-z0-9+/]{76}\+ASt[A-Za-z0-9+/]{6}==|"
          r"[A-Za-z0-9+/]{42}(?:\+ACR|AzFu|AzSe|APIM|ACDb|AIoT)[A-Za-z0-9+/]{5,6}={0,2}", leads=(52, 76, 42)),
    Shape("digitalocean-token", ("_v1_",), rf"do[opr]_v1_[a-f0-9]{{64}}{_ALNUM_END}", leads=(3,)),
    Shape("alibaba-access-key", ("LTAI",), rf"LTAI[A-Za-z0-9]{{12,26}}{_ALNUM_END}"),
    Shape("tencent-secret-id", ("AKID",), rf"AKID[A-Za-z0-9]{{32}}{_ALNUM_END}"),
    Shape("yandex-key", ("AQVN",), r"AQVN[\w-]{35,38}(?![\w-])"),
    Shape("heroku-token", ("HRKU-",), rf"HRKU-(?:AA[\w-]{{58}}|{_HEX_UUID})"),
    Shape("cloudflare-token", ("cf", "v1.0-"), r"cf(?:ut|at|k)_[\w-]{40,}|v1\.0-[a-f0-9]{24}-[a-f0-9]{146}"),
    Shape("fly-token", ("fo1_", "fm1", "fm2_"), r"fo1_[\w-]{43}|fm(?:1[ar]|2)_[A-Za-z0-9+/]{40,}={0,3}"),
    Shape("vercel-token", ("vc",), rf"vc[piark]_[A-Za-z0-9]{{24,60}}{_ALNUM_END}"),
    Shape("netlify-token", ("nf",), r"nf[pcobu]_[A-Za-z0-9_-]{36,}"),
    Shape("supabase-key", ("sbp_", "sb_secret_"), r"sbp_(?:v0_)?[a-f0-9]{40}|sb_secret_[\w-]{20,}"),
    Shape("planetscale-token", ("pscale_",), r"pscale_(?:tkn|oauth|pw|otkn|api)_[\w.=-]{32,64}"),
    Shape("databricks-token", ("dapi", "dose", "dkea"), rf"d(?:api|ose|kea)[a-f0-9]{{32}}(?:-\d)?{_ALNUM_END}"),
    Shape("vault-token", ("hvs.", "hvb.", "hvr."), r"hv[sbr]\.[\w-]{24,}"),
    Shape("terraform-token", (".atlasv1.",), r"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{60,}", leads=(14,)),
    Shape("doppler-token", ("dp.",), r"dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}(?![A-Za-z0-9])"),
    Shape("pulumi-token", ("pul-",), rf"pul-[a-f0-9]{{40}}{_ALNUM_END}"),
    Shape("tailscale-key", ("tskey-",), r"tskey-(?:[a-z]+-)?[A-Za-z0-9]{10,}-[A-Za-z0-9]{20,}|tskey-[a-z]+-[A-Za-z0-9]{20,}"),
    Shape("age-key", ("AGE-SECRET-KEY-1",), r"AGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}", 3.0, values.bech32),
    Shape("1password-token", ("ops_eyJ", "A3-"), r"ops_eyJ[A-Za-z0-9+/]{100,}={0,3}|A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}"),
    # Forges and build services
    Shape("github-token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), rf"gh[pousr]_[A-Za-z0-9]{{36,255}}{_ALNUM_END}", 3.0, values.crc32_base62),
    Shape("github-app-token", ("ghs_",), r"ghs_[0-9A-Za-z]{1,20}_eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}", start=WORD),
    Shape("github-fine-grained-token", ("github_pat_",), rf"github_pat_[A-Za-z0-9]{{22}}_[A-Za-z0-9]{{59}}{_ALNUM_END}"),
    Shape("gitlab-token", ("glpat-", "gldt-", "glrt-", "glrtr-", "glcbt-", "glptt-", "glft-", "glimt-", "glagent-", "gloas-", "glsoat-", "glffct-", "glwt-"),
          r"gl(?:pat|dt|rtr?|cbt|ptt|ft|imt|agent|oas|soat|ffct|wt)-[\w-]{20,300}(?:\.[0-9a-z]{2}\.[0-9a-z]{9})?"),
    Shape("gitlab-runner-token", ("GR1348941",), r"GR1348941[\w-]{20}"),
    Shape("atlassian-token", ("AT",), r"AT[ACS]TT3[\w=-]{60,}|ATBB[A-Za-z0-9]{32}(?![A-Za-z0-9])"),
    Shape("sourcegraph-token", ("sgp_",), rf"sgp_(?:[a-fA-F0-9]{{16}}_|local_)?[a-fA-F0-9]{{40}}{_ALNUM_END}"),
    Shape("circleci-token", ("CCIP",), r"CCIP(?:AT|RJ)_[A-Za-z0-9]{22}_[a-f0-9]{40}"),
    Shape("buildkite-token", ("bk",), r"bk(?:ua|pt|ct|aj|ar)_[\w-]{32,}"),
    Shape("sonar-token", ("squ_", "sqp_", "sqa_"), rf"sq[upa]_[a-f0-9]{{40}}{_ALNUM_END}"),
    Shape("snyk-token", ("snyk_",), r"snyk_(?:uat|sat|oat)\.[\w.-]{30,}"),
    # Package registries
    Shape("npm-token", ("npm_",), rf"npm_[A-Za-z0-9]{{36}}{_ALNUM_END}", 3.0, values.crc32_base62),
    Shape("pypi-token", ("pypi-AgE",), r"pypi-AgE[\w-]{50,}"),
    Shape("rubygems-key", ("rubygems_",), rf"rubygems_[a-f0-9]{{48}}{_ALNUM_END}"),
    Shape("crates-token", ("cio",), rf"cio[A-Za-z0-9]{{32}}{_ALNUM_END}", 3.5, check=values.is_random),
    Shape("docker-token", ("dckr_",), r"dckr_[po]at_[\w-]{27,}"),
    Shape("nuget-key", ("oy2",), rf"oy2[a-z0-9]{{43}}{_ALNUM_END}"),
    Shape("clojars-token", ("CLOJARS_",), r"CLOJARS_[a-z0-9]{60}"),
    Shape("packagist-token", ("packagist_",), r"packagist_[a-z]{2,4}_[a-f0-9]{60,}"),
    Shape("artifactory-token", ("AKCp", "cmVmdGtu"), r"AKCp[A-Za-z0-9]{69,70}(?![A-Za-z0-9])|cmVmdGtu[A-Za-z0-9]{56}(?![A-Za-z0-9])"),
    # Chat and mail
    Shape("slack-token", ("xoxb-", "xoxp-", "xoxa-", "xoxo-", "xoxs-", "xoxr-", "xoxc-", "xoxd-", "xoxe-", "xoxe."), r"xox[bpaosrcde](?:\.xox[bp])?-[0-9A-Za-z%/+-]{20,}"),
    Shape("slack-app-token", ("xapp-",), r"xapp-\d-[A-Z0-9]+-\d+-[A-Za-z0-9]{20,}"),
    Shape("slack-webhook", ("hooks.slack.com/",), r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Z0-9]{8,12}/[A-Z0-9]{8,20}/[A-Za-z0-9/]{20,})", start=ANYWHERE),
    Shape("discord-webhook", ("/api/webhooks/",), r"/api/webhooks/\d{17,20}/([\w-]{60,})", start=ANYWHERE),
    Shape("telegram-token", (":AA",), r"\d{8,10}:AA[\w-]{32,33}(?![\w-])", leads=(10, 9, 8)),
    Shape("teams-webhook", (".office.com/webhook",), rf"\.office\.com/webhookb?2?/({_HEX_UUID}@{_HEX_UUID}/\w+/[a-f0-9]{{32}}/{_HEX_UUID})", start=ANYWHERE),
    Shape("twilio-key", ("SK",), rf"SK[0-9a-f]{{32}}{_ALNUM_END}"),
    Shape("sendgrid-key", ("SG.",), r"SG\.[\w-]{22}\.[\w-]{43}(?![\w-])"),
    Shape("mailgun-key", ("key-",), rf"key-[0-9a-f]{{32}}{_ALNUM_END}"),
    Shape("mailchimp-key", ("-us",), rf"[0-9a-f]{{32}}-us\d{{1,2}}{_ALNUM_END}", leads=(32,)),
    Shape("brevo-key", ("xkeysib-", "xsmtpsib-"), r"x(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}"),
    Shape("resend-key", ("re_",), rf"re_[A-Za-z0-9]{{8}}_[A-Za-z0-9]{{24}}{_ALNUM_END}", 3.5),
    # Payment and shops
    Shape("stripe-key", ("k_live_", "k_test_", "k_org_"), r"[sr]k_(?:live|test|org)_(?:live_|test_)?[A-Za-z0-9]{16,}", leads=(1,)),
    Shape("stripe-webhook-secret", ("whsec_",), r"whsec_[A-Za-z0-9+/]{24,}={0,2}"),
    Shape("square-token", ("EAAA", "sq0csp-", "sq0atp-"), r"EAAA[\w-]{60}(?![\w-])|sq0(?:csp-[\w-]{43}|atp-[\w-]{22})(?![\w-])"),
    Shape("braintree-token", ("access_token$",), r"access_token\$(?:production|sandbox)\$[a-z0-9]{16}\$[a-f0-9]{32}"),
    Shape("shopify-token", ("shp",), rf"shp(?:at|ca|pa|ss|ua)_[a-fA-F0-9]{{32}}{_ALNUM_END}"),
    Shape("flutterwave-key", ("FLWSECK",), r"FLWSECK(?:_TEST)?-[A-Za-z0-9]{12,40}"),
    Shape("plaid-token", ("access-",), rf"access-[a-z]+-{_HEX_UUID}"),
    Shape("mollie-key", ("live_", "test_"), rf"(?:live|test)_[A-Za-z0-9]{{30,36}}{_ALNUM_END}", 3.5, check=values.is_random),
    # AI providers
    Shape("anthropic-key", ("sk-ant-",), r"sk-ant-[a-z0-9]+-[\w-]{40,}"),
    Shape("openrouter-key", ("sk-or-",), r"sk-or-(?:v1-)?[a-f0-9]{64}"),
    Shape("openai-key", ("sk-",), r"sk-(?:(?:proj|svcacct|admin|None)-[\w-]{40,}|(?:lf|litellm)-[\w-]{20,}|[\w-]{0,200}T3BlbkFJ[\w-]{16,}|[A-Za-z0-9]{32,})", 3.2, start=WORD),
    Shape("huggingface-token", ("hf_", "api_org_"), rf"(?:hf|api_org)_[A-Za-z0-9]{{34,40}}{_ALNUM_END}", 3.5),
    Shape("replicate-token", ("r8_",), rf"r8_[A-Za-z0-9]{{37,40}}{_ALNUM_END}"),
    Shape("groq-key", ("gsk_",), rf"gsk_[A-Za-z0-9]{{48,56}}{_ALNUM_END}"),
    Shape("perplexity-key", ("pplx-",), rf"pplx-[A-Za-z0-9]{{32,64}}{_ALNUM_END}"),
    Shape("xai-key", ("xai-",), rf"xai-[A-Za-z0-9_]{{70,90}}{_ALNUM_END}"),
    Shape("nvidia-key", ("nvapi-",), r"nvapi-[\w-]{60,}"),
    Shape("langsmith-key", ("lsv2_",), r"lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}"),
    Shape("pinecone-key", ("pcsk_",), r"pcsk_[A-Za-z0-9]{5,6}_[A-Za-z0-9]{50,70}"),
    Shape("elevenlabs-key", ("sk_",), rf"sk_[a-f0-9]{{48}}{_ALNUM_END}"),
    Shape("ai-service-key", ("tvly-", "tgp_v1_", "jina_", "fc-", "e2b_", "csk-", "fw_", "wandb_v1_"),
          r"(?:tvly-(?:dev-|prod-)?[A-Za-z0-9-]{30,60}|tgp_v1_[\w-]{40,}|jina_[a-f0-9]{32}[\w-]{28}|fc-[a-f0-9]{32}|e2b_[a-f0-9]{40}"
          r"|csk-[a-z0-9]{48}|fw_[A-Za-z0-9]{22,24}|wandb_v1_\w{40,})(?![A-Za-z0-9])", 3.3),
    # Operations and tools
    Shape("new-relic-key", ("NR",), r"NR(?:AK|II|IQ|RA|SP|AA)-[\w-]{26,42}"),
    Shape("new-relic-licence", ("NRAL",), rf"[a-f0-9]{{36}}NRAL{_ALNUM_END}", leads=(36,)),
    Shape("sentry-token", ("sntry",), r"sntry(?:s_eyJ[\w+/=-]{40,}|[ui]_[a-f0-9]{64})"),
    Shape("grafana-token", ("glsa_", "glc_eyJ", "eyJrIjoi"), r"glsa_[A-Za-z0-9]{32}_[a-f0-9]{8}|glc_eyJ[A-Za-z0-9+/]{30,}={0,3}|eyJrIjoi[A-Za-z0-9+/]{60,}={0,2}"),
    Shape("dynatrace-token", ("dt0",), r"dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    Shape("datadog-key", ("ddapp_", "ddpat_"), r"dd(?:app|pat)_[A-Za-z0-9_-]{30,}"),
    Shape("posthog-key", ("phx_", "phs_"), rf"ph[xs]_[A-Za-z0-9]{{40,60}}{_ALNUM_END}"),
    Shape("linear-key", ("lin_",), r"lin_(?:api|oauth)_[A-Za-z0-9]{40,64}"),
    Shape("notion-token", ("ntn_", "secret_"), rf"(?:ntn_\d{{11}}[A-Za-z0-9]{{35}}|secret_[A-Za-z0-9]{{43}}){_ALNUM_END}", 3.5),
    Shape("figma-token", ("fig",), r"fig[dou]_[\w-]{38,}"),
    Shape("airtable-token", ("pat",), r"pat[A-Za-z0-9]{14}\.[a-f0-9]{64}"),
    Shape("hubspot-token", ("pat-",), rf"pat-(?:na|eu)\d-{_HEX_UUID}"),
    Shape("postman-key", ("PMAK-",), r"PMAK-[a-f0-9]{24}-[a-f0-9]{34}"),
    Shape("dropbox-token", ("sl.",), r"sl\.(?:u\.)?[\w-]{130,}"),
    Shape("contentful-token", ("CFPAT-",), r"CFPAT-[\w-]{43}"),
    Shape("launchdarkly-key", ("sdk-", "api-"), rf"(?:sdk|api)-{_HEX_UUID}"),
    Shape("clickup-token", ("pk_",), rf"pk_\d{{5,10}}_[A-Z0-9]{{32}}{_ALNUM_END}"),
    Shape("mapbox-token", ("sk.eyJ",), r"sk\.eyJ[\w-]{40,}\.[\w-]{20,}", start=WORD),
    Shape("mongodb-atlas-secret", ("mdb_sa_sk_",), r"mdb_sa_sk_[\w-]{30,}"),
    Shape("facebook-token", ("EAA",), rf"EAA[A-Za-z0-9]{{90,}}{_ALNUM_END}"),
    Shape("jwt", ("eyJ",), r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{16,}", 3.0, check=values.is_jwt, start=WORD),
    Shape("discord-token", ("MT", "MD", "Mj", "Mz", "ND", "NT", "Nj", "Nz", "OD", "OT"), r"[MNO][A-Za-z0-9_-]{22,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w-])", 3.5, check=values.is_discord),
    # Headers, command lines, files of credentials
    Shape("bearer-token", ("earer ",), r"earer ([\w.~+/=-]{16,})", check=values.is_token, start=ANYWHERE),
    Shape("basic-auth", ("asic ", '"auth"'), r"(?:asic |\"auth\"\s{0,5}:\s{0,5}\")([A-Za-z0-9+/]{8,}={0,2})", 2.5, check=values.is_basic, start=ANYWHERE),
    Shape("url-password", ("://",), r"://[^\s/:@\"'`<>|]{0,100}:([^\s/\"'`<>|]{3,200})@[\w.\[-]", 0, check=values.is_known_password, start=ANYWHERE),
    Shape("dsn-password", ("@tcp(", "@unix("), r"[\w.-]{1,40}:([^\s@\"'`]{3,80})@(?:tcp|unix)\(", 0, check=values.is_known_password, leads=()),
    Shape("command-password", ("curl ", "wget ", "http ", "sshpass ", "mysql", "redis-cli ", "docker login ", "machine ", "IDENTIFIED ", "identified "),
          r"(?:(?:curl|wget|https?) (?:[^\n]{0,200}? )??(?:-u|--user|-a|--auth)[ =]?[\"']?[\w.@+-]{1,80}:|sshpass -p ?[\"']?|mysql(?:dump|admin)? (?:[^\n]{0,80}? )??-p"
          r"|redis-cli (?:[^\n]{0,80}? )??-a [\"']?|docker login (?:[^\n]{0,80}? )??-p[ =]?[\"']?|machine \S{1,80}\s{1,9}login \S{1,80}\s{1,9}password "
          r"|(?:IDENTIFIED|identified)(?: (?:WITH|with) \S{1,40})? (?:BY|by) (?:(?:PASSWORD|password) )?[\"'])([^\s\"'`]{4,200})", 0, check=values.is_password),
    Shape("command-password", (":5432:", ":5433:", ":6432:"), r":\d{4}:[\w*.-]{1,60}:[\w*@.-]{1,60}:([^\s\"'`]{4,200})", 0, check=values.is_password, start=ANYWHERE),
    Shape("session-cookie", ("ookie: ", "OOKIE: "),
          r"(?i:ookie): (?:[^\s=;]{1,60}=[^\s;]{0,300}; ?){0,20}?[\w.-]{0,30}?(?i:sess|sid|auth|token|jwt)[\w.-]{0,30}=([^\s;\"'`]{16,1000})", check=values.is_token, start=ANYWHERE),
    # Keys in their files
    Shape("private-key", ("-----BEGIN ", "PuTTY-User-Key-File-", "Private-Lines: "),
          # To the END line; where that is missing, as far as lines of base64 go. In JSON the line ends are `\n`.
          r"(?:-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?=(?:[^-]++|-(?!----))*+-----END )(?:[^-]++|-(?!----))*+"
          r"-----END [A-Z0-9 ]{0,40}-----|(?:[A-Za-z0-9+/=]{16,}|\\[nr]|[\s>|]|[A-Za-z-]{4,16}: [^\n]*)*)"
          r"|Private-Lines: \d{1,4}\r?\n(?:[A-Za-z0-9+/=]{16,}\r?\n?)++(?:Private-MAC: [0-9a-f]+)?"
          r"|PuTTY-User-Key-File-[^\n]{1,80}\n(?:[A-Za-z-]+: [^\n]*\n|[A-Za-z0-9+/=]+\n)*(?:Private-MAC: [0-9a-f]+)?)",
          3.5, check=lambda value: bool(_KEY_BODY.search(value))),
)  # fmt: skip

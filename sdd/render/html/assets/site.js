// Search and filters. Everything that comes out of a record goes into a page as text, never as markup.
"use strict";

(() => {
  const PAGE = 20;
  const SNIPPET = 220;
  // Scripts that have no spaces between words, as sdd/index/terms.py lists them: the index has pairs of their letters.
  const SCRIPTS = ["Han", "Hiragana", "Katakana", "Hangul", "Thai", "Lao", "Myanmar", "Khmer"];
  const LETTERS = `${SCRIPTS.map((name) => `\\p{Script=${name}}`).join("")}\\u3005-\\u3007\\u30fc`;
  const UNSPACED = new RegExp(`[${LETTERS}]`, "u");
  const PIECES = new RegExp(`[${LETTERS}]+|[^${LETTERS}]+`, "gu");

  // Data files: each is a script that calls `sdd` with its name and what it holds.

  const waiting = new Map();
  const loaded = new Map();

  const load = (file) => {
    if (!loaded.has(file)) {
      loaded.set(file, new Promise((resolve) => {
        waiting.set(file, resolve);
        const script = document.createElement("script");
        script.src = file;
        script.addEventListener("error", () => resolve(null));
        document.head.append(script);
      }));
    }
    return loaded.get(file);
  };
  window.sdd = (file, data) => waiting.get(file)?.(data);

  // Words as the index has them: without case and accents.

  const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").normalize("NFC").toLowerCase();

  const parts = (word) => {
    const found = [];
    for (const run of word.match(/[\p{L}\p{N}\p{Co}\p{M}]+/gu) ?? []) {
      for (const piece of run.match(PIECES)) {
        if (!UNSPACED.test(piece)) {
          found.push({ word: piece, begins: false });
          continue;
        }
        const letters = Array.from(piece);
        if (letters.length === 1) found.push({ word: piece, begins: true });
        for (let at = 0; at + 1 < letters.length; at += 1) found.push({ word: letters[at] + letters[at + 1], begins: false });
      }
    }
    return found;
  };

  const readQuery = (text) => {
    const wanted = [];
    const unwanted = [];
    for (const [, minus, phrase, word] of folded(text).matchAll(/(-?)(?:"([^"]*)"?|(\S+))/gu)) {
      (minus ? unwanted : wanted).push(...parts(phrase ?? word));
    }
    if (wanted.length && /[\p{L}\p{N}]$/u.test(text)) wanted[wanted.length - 1].begins = true;
    return { wanted, unwanted };
  };

  const keyOf = (word) => {
    const first = word.codePointAt(0);
    if (first >= 128) return `u${(first >> 6).toString(16)}`;
    if (word.length < 2) return word;
    return word.charCodeAt(1) < 128 ? word.slice(0, 2) : `${word[0]}_`;
  };

  const numbers = (steps) => {
    let last = 0;
    return (steps ?? []).map((step) => (last += step));
  };

  // From a query to the numbers of documents, the best first.

  const scored = async (start, term) => {
    const found = new Map();
    const keys = term.begins && term.word.length === 1 && term.word < "\x80"
      ? start.keys.filter((key) => key[0] === term.word && !/^u[0-9a-f]{2}/.test(key)) : [keyOf(term.word)];
    for (const key of keys) {
      if (!start.known.has(key)) continue;
      const words = await load(`search/w-${key}.js`);
      for (const [word, [strong, weak]] of Object.entries(words ?? {})) {
        if (word !== term.word && !(term.begins && word.startsWith(term.word))) continue;
        const exact = word === term.word ? 2 : 1;
        for (const number of numbers(weak)) found.set(number, Math.max(found.get(number) ?? 0, exact));
        for (const number of numbers(strong)) found.set(number, Math.max(found.get(number) ?? 0, 3 * exact));
      }
    }
    return found;
  };

  const merged = (maps, all) => {
    const scores = new Map();
    for (const map of maps) for (const [number, score] of map) {
      const [count, sum] = scores.get(number) ?? [0, 0];
      scores.set(number, [count + 1, sum + score]);
    }
    for (const [number, [count]] of scores) if (all && count < maps.length) scores.delete(number);
    return scores;
  };

  const ask = async (start, query, facets) => {
    const { wanted, unwanted } = query;
    let hits;
    let every = true;
    if (wanted.length) {
      const maps = await Promise.all(wanted.map((term) => scored(start, term)));
      hits = merged(maps, true);
      if (!hits.size) {
        every = false;
        hits = merged(maps, false);
      }
    } else {
      hits = new Map(Array.from({ length: start.documents }, (_, number) => [number, [0, 0]]));
    }
    for (const term of unwanted) for (const number of (await scored(start, term)).keys()) hits.delete(number);
    const kind = start.kinds.find(([name]) => name === facets.kind);
    const limits = [];
    const asked = Object.entries(facets).filter(([name, value]) => value && name !== "kind" && name !== "sort");
    if (asked.length) {
      const lists = await load("search/facets.js");
      for (const [name, value] of asked) limits.push(new Set(numbers(new Map(Object.entries(lists[name])).get(value))));
    }
    const kept = [...hits.keys()].filter((number) => (!kind || (number >= kind[2] && number < kind[3]))
      && limits.every((limit) => limit.has(number)));
    kept.sort((a, b) => hits.get(b)[0] - hits.get(a)[0] || hits.get(b)[1] - hits.get(a)[1] || a - b);
    return { found: facets.kind && !kind ? [] : kept, every, words: wanted.map((term) => term.word) };
  };

  // Results.

  const element = (name, className, ...children) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...children);
    return made;
  };

  const snippet = (text, words) => {
    const plain = folded(text);
    // Where folding moves letters the places would be wrong: the beginning is shown then.
    const same = plain.length === text.length;
    const places = [];
    for (const word of same ? words : []) {
      for (let at = plain.indexOf(word), seen = 0; at >= 0 && seen < 20; at = plain.indexOf(word, at + word.length), seen += 1) {
        places.push([at, at + word.length]);
      }
    }
    places.sort((a, b) => a[0] - b[0]);
    const middle = places.length ? places[0][0] : 0;
    let first = Math.max(0, middle - 60);
    if (first) first = text.indexOf(" ", first) + 1 || first;
    if (first > middle) first = middle;
    const last = Math.min(text.length, first + SNIPPET);
    const made = element("p", "part");
    let at = first;
    if (first) made.append("\u2026 ");
    for (const [begin, end] of places) {
      if (begin < at || end > last) continue;
      made.append(text.slice(at, begin), element("mark", "", text.slice(begin, end)));
      at = end;
    }
    made.append(text.slice(at, last), last < text.length ? " \u2026" : "");
    return made;
  };

  const counted = (number, noun) => `${number.toLocaleString("en").replaceAll(",", "\u202f")} ${noun}${number === 1 ? "" : "s"}`;

  // What is found by the index of all records: its hits are text.

  const ofRecords = async () => {
    const start = await load("search/start.js");
    if (!start) return null;
    start.known = new Set(start.keys);
    const kinds = new Map(start.kinds.map(([name, label]) => [name, label]));
    const row = async (number, words) => {
      const block = Math.floor(number / start.together);
      const data = ((await load(`search/d-${block}.js`)) ?? [])[number - block * start.together];
      if (!data) return null;
      const [address, kind, title, particulars, text] = data.map((part) => (typeof part === "string" ? part.replaceAll("`", "") : part));
      const link = element("a", "", element("bdi", "", title));
      link.href = address;
      const about = [kinds.get(kind), particulars].filter(Boolean).join(" \u00b7 ");
      return element("li", "", link, element("p", "particulars", element("bdi", "", about)), snippet(text, words));
    };
    return { noun: "record", row, find: (text, chosen) => ask(start, readQuery(text), chosen) };
  };

  // What is found among the rows of a list: they are shown as a template has made them, escaped as in their page.

  const ofList = (form, shown) => {
    const { list, page, kind } = form.dataset;
    let data = null;
    let texts = [];
    const names = [...form.querySelectorAll("[data-facet]")].map((select) => select.dataset.facet);
    const row = async (number) => {
      let at = data.starts.length;
      while (data.starts[at - 1] > number) at -= 1;
      const place = number - data.starts[at - 1];
      if (at === Number(page)) return shown[place].cloneNode(true);
      const [name, html] = ((await load(`${list}-${at}.js`)) ?? [])[place];
      const made = element("li", name);
      made.innerHTML = html;
      return made;
    };
    const find = async (asked, chosen) => {
      const words = folded(asked).split(/\s+/u).filter(Boolean);
      const found = [];
      if (!data) {
        data = (await load(`${list}.js`)) ?? { starts: [0], rows: [] };
        texts = data.rows.map(([text]) => folded(text));
      }
      texts.forEach((text, number) => {
        const values = data.rows[number][1];
        if (names.every((name, at) => !chosen[name] || values[at].split("\n").includes(chosen[name]))
          && words.every((word) => (/^-./u.test(word) ? !text.includes(word.slice(1)) : text.includes(word)))) found.push(number);
      });
      const key = Math.abs(chosen.sort) - 1;
      const turn = Math.sign(chosen.sort);
      const value = (number) => data.rows[number][2][key];
      if (turn) found.sort((a, b) => turn * (value(a) < value(b) ? -1 : value(a) > value(b) ? 1 : 0) || a - b);
      return { found, every: true, words };
    };
    return { noun: kind, row, find };
  };

  // A form: a field, selects, and the list of what is found. What is asked for stands in the address.

  const start = async (form) => {
    const field = form.querySelector("input");
    const selects = [...form.querySelectorAll("select")];
    const status = form.querySelector("[role=status]");
    const choices = form.querySelector(".choices");
    const list = document.querySelector(".hits");
    const more = document.querySelector(".more");
    const others = document.querySelector(".unless-found");
    const shownRows = [...document.querySelectorAll(".unless-found .list > li")];
    const source = await (form.dataset.list ? ofList(form, shownRows) : ofRecords());
    if (!source) return;
    let turn = 0;
    let found = [];
    let shown = 0;
    let words = [];

    const showMore = async (own) => {
      const next = found.slice(shown, shown + PAGE);
      const rows = await Promise.all(next.map((number) => source.row(number, words)));
      if (own !== turn) return;
      list.append(...rows.filter(Boolean));
      shown += next.length;
      list.hidden = !shown;
      more.hidden = shown >= found.length;
    };

    const run = async () => {
      const own = ++turn;
      const text = field.value.trim();
      const chosen = { kind: form.dataset.kind, sort: 0 };
      for (const select of selects) chosen[select.dataset.facet ?? "sort"] = select.value;
      remember(text);
      if (!text && selects.every((select) => !select.selectedIndex)) {
        list.replaceChildren();
        list.hidden = more.hidden = true;
        status.textContent = "";
        if (others) others.hidden = false;
        return;
      }
      const answer = await source.find(text, chosen);
      if (own !== turn) return;
      ({ found, words } = answer);
      shown = 0;
      list.replaceChildren();
      if (others) others.hidden = true;
      const none = "Nothing was found.";
      status.textContent = !found.length ? none
        : answer.every ? counted(found.length, source.noun)
          : `No record holds all of these words; ${counted(found.length, "record")} ${found.length === 1 ? "holds" : "hold"} some.`;
      await showMore(own);
    };

    const named = (select) => select.dataset.facet ?? "sort";
    const remember = (text) => {
      const asked = new URLSearchParams(text ? { q: text } : {});
      for (const select of selects) if (select.selectedIndex) asked.set(named(select), select.value);
      const wanted = String(asked);
      if (location.hash.slice(1) !== wanted && (wanted || location.hash.includes("="))) location.replace(`#${wanted}`);
    };
    const recall = () => {
      const asked = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : location.search);
      field.value = asked.get("q") ?? "";
      for (const select of selects) {
        const wanted = asked.get(named(select)) ?? "";
        // What no row has is asked for all the same: nothing is found then.
        if (wanted && select.dataset.facet && ![...select.options].some(({ value }) => value === wanted)) {
          select.append(new Option(wanted, wanted));
        }
        select.value = wanted;
        if (select.selectedIndex < 0) select.selectedIndex = 0;
      }
      if (choices && selects.some((select) => select.selectedIndex)) choices.open = true;
    };

    let timer = 0;
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(run, 60);
    });
    // Not the field's own change: it comes when the field is left, and would take away the hit that is being clicked.
    for (const select of selects) select.addEventListener("change", run);
    more.querySelector("button").addEventListener("click", async () => {
      const before = list.children.length;
      await showMore(turn);
      list.children[before]?.querySelector("a, summary")?.focus();
    });
    window.addEventListener("hashchange", () => {
      const before = [field, ...selects].map(({ value }) => value).join("\n");
      if (location.hash && !location.hash.includes("=")) return;
      recall();
      if (before !== [field, ...selects].map(({ value }) => value).join("\n")) run();
    });
    recall();
    form.hidden = false;
    for (const note of document.querySelectorAll(".without-script")) note.hidden = true;
    await run();
  };

  for (const form of document.querySelectorAll(".filter")) start(form);

  // The search in the header leads to the search page; `/` leads to the field of the page, or to that one.

  const find = document.querySelector("[data-find]");
  if (find) {
    const field = element("input");
    Object.assign(field, { type: "search", placeholder: "Search", autocomplete: "off", ariaLabel: "Search this report" });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && field.value.trim()) location.href = `${find.dataset.find}#q=${encodeURIComponent(field.value.trim())}`;
    });
    find.replaceChildren(field);
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    event.preventDefault();
    (document.querySelector(".filter:not([hidden]) input") ?? document.querySelector(".find input"))?.focus();
  });

  // A row that the address names is open.

  const open = () => {
    const row = /^#[\w-]+$/u.test(location.hash) && document.querySelector(`.list > ${location.hash} > details`);
    if (row) row.open = true;
  };
  window.addEventListener("hashchange", open);
  open();
})();

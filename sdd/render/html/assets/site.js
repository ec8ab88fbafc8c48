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
    if (facets.stage || facets.feature) {
      const lists = await load("search/facets.js");
      for (const name of ["stage", "feature"]) {
        if (facets[name]) limits.push(new Set(numbers(new Map(Object.entries(lists[name])).get(facets[name]))));
      }
    }
    const kept = [...hits.keys()].filter((number) => (!kind || (number >= kind[2] && number < kind[3]))
      && limits.every((limit) => limit.has(number)));
    kept.sort((a, b) => hits.get(b)[0] - hits.get(a)[0] || hits.get(b)[1] - hits.get(a)[1] || a - b);
    return { numbers: facets.kind && !kind ? [] : kept, every };
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

  const startSearch = async (form) => {
    const field = form.querySelector("input");
    const status = form.querySelector("[role=status]");
    const list = document.querySelector(".hits");
    const more = document.querySelector(".more");
    const others = document.querySelector(".unless-found");
    const start = await load("search/start.js");
    if (!start) return;
    start.known = new Set(start.keys);
    let turn = 0;
    let found = [];
    let shown = 0;
    let words = [];

    const facets = () => {
      const chosen = { kind: form.dataset.kind };
      for (const select of form.querySelectorAll("select")) chosen[select.dataset.facet] = select.value;
      return chosen;
    };

    const showMore = async (own) => {
      const next = found.slice(shown, shown + PAGE);
      const rows = await Promise.all(next.map(async (number) => {
        const block = Math.floor(number / start.together);
        return ((await load(`search/d-${block}.js`)) ?? [])[number - block * start.together];
      }));
      if (own !== turn) return;
      const kinds = new Map(start.kinds.map(([name, label]) => [name, label]));
      for (const row of rows) {
        if (!row) continue;
        const [address, kind, title, particulars, text] = row;
        const link = element("a", "", element("bdi", "", title));
        link.href = address;
        const about = [kinds.get(kind), particulars].filter(Boolean).join(" \u00b7 ");
        list.append(element("li", "", link, element("p", "particulars", element("bdi", "", about)), snippet(text, words)));
      }
      shown += next.length;
      list.hidden = !shown;
      more.hidden = shown >= found.length;
    };

    const run = async () => {
      const own = ++turn;
      const text = field.value.trim();
      const chosen = facets();
      const asked = text || chosen.stage || chosen.feature || (chosen.kind && !form.dataset.kind);
      remember(text);
      if (!asked) {
        list.replaceChildren();
        list.hidden = more.hidden = true;
        status.textContent = "";
        if (others) others.hidden = false;
        return;
      }
      const query = readQuery(text);
      const answer = await ask(start, query, chosen);
      if (own !== turn) return;
      found = answer.numbers;
      words = query.wanted.map((term) => term.word);
      shown = 0;
      list.replaceChildren();
      if (others) others.hidden = true;
      const none = text ? "Nothing was found." : "There is none.";
      status.textContent = !found.length ? none
        : answer.every ? counted(found.length, "record")
          : `No record holds all of these words; ${counted(found.length, "record")} ${found.length === 1 ? "holds" : "hold"} some.`;
      await showMore(own);
    };

    const remember = (text) => {
      const wanted = `#q=${encodeURIComponent(text)}`;
      if (location.hash !== wanted && (text || location.hash.startsWith("#q="))) location.replace(wanted);
    };
    const recall = () => {
      if (location.hash.startsWith("#q=")) {
        try {
          field.value = decodeURIComponent(location.hash.slice(3));
        } catch {
          field.value = "";
        }
      }
    };

    let timer = 0;
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(run, 60);
    });
    // Not the field's own change: it comes when the field is left, and would take away the hit that is being clicked.
    for (const select of form.querySelectorAll("select")) select.addEventListener("change", run);
    more.querySelector("button").addEventListener("click", async () => {
      const before = list.children.length;
      await showMore(turn);
      list.children[before]?.querySelector("a")?.focus();
    });
    recall();
    form.hidden = false;
    for (const note of document.querySelectorAll(".without-script")) note.hidden = true;
    if (field.value) await run();
  };

  // The matrix: its rows are data, so that a filter looks through all pages at once.

  const MOST = 500;

  const startMatrix = (form) => {
    const [field, check] = [form.querySelector("input[type=search]"), form.querySelector("input[type=checkbox]")];
    const select = form.querySelector("select");
    const status = form.querySelector("[role=status]");
    const body = document.querySelector(".matrix tbody");
    if (!body) return;
    const original = [...body.children];
    const pager = document.querySelector(".pager");
    let turn = 0;

    const cell = (number) => (number ? element("td", "number", String(number))
      : element("td", "number", element("span", "none", "none")));
    const made = ([id, address, feature, text, story, counts, gap, inferred]) => {
      const link = element("a", "", id);
      link.href = address;
      const head = element("th", "", link);
      head.scope = "row";
      const description = element("td", "wide", element("bdi", "", text), element("br"),
        element("span", "soft", element("bdi", "", feature)));
      if (gap) description.append(" ", element("span", "gap", "no record"));
      if (inferred) description.append(" ", element("span", "soft", inferred));
      return element("tr", gap ? "lacks" : "", head, description,
        element("td", "", story || element("span", "none", "none")), ...counts.map(cell));
    };

    const run = async () => {
      const own = ++turn;
      const words = folded(field.value).split(/\s+/u).filter(Boolean);
      if (!words.length && !select.value && !check.checked) {
        body.replaceChildren(...original);
        if (pager) pager.hidden = false;
        status.textContent = "";
        return;
      }
      const files = Array.from({ length: Number(form.dataset.files) }, (_, number) => load(`search/matrix-${number + 1}.js`));
      const rows = (await Promise.all(files)).flatMap((rows) => rows ?? []);
      if (own !== turn) return;
      const found = rows.filter(([id, , feature, text, story, , gap]) => {
        const all = folded(`${id} ${feature} ${story} ${text}`);
        return (!check.checked || gap) && (!select.value || select.value === feature) && words.every((word) => all.includes(word));
      });
      body.replaceChildren(...found.slice(0, MOST).map(made));
      if (pager) pager.hidden = true;
      const total = found.length ? counted(found.length, "requirement") : "Nothing was found";
      status.textContent = found.length > MOST ? `${total}, of which the first ${MOST} are shown.` : `${total}.`;
    };
    form.addEventListener("input", run);
    form.hidden = false;
  };

  for (const form of document.querySelectorAll("[data-filter]")) {
    if (form.dataset.filter === "search") startSearch(form);
    else startMatrix(form);
  }
})();

/*
 * <art9-field>: marks special-category data in a textarea or input while somebody types.
 *
 *   <art9-field service="/v1/check" field="commentaire"><textarea name="commentaire"></textarea></art9-field>
 *
 * One plain module, no build step, no dependency; docs/service.md lists attributes and events.
 * The text goes to the check service in the body of a POST request and nowhere else: not into
 * storage, addresses or logs.
 */

const WORDS = {
  fr: {
    found: (n) => (n === 1 ? "1 passage à revoir" : `${n} passages à revoir`),
    blocked: (n) => (n === 1 ? "1 passage à retirer" : `${n} passages à retirer`),
    and: " et ",
    kept: (n) => (n === 1 ? "1 passage conservé" : `${n} passages conservés`),
    show: "Voir",
    shortcut: "Alt+Entrée ouvre le conseil.",
    away: "Vérification indisponible\u00a0: ce texte n'a pas été vérifié.",
    awayClosed: "Vérification indisponible\u00a0: l'enregistrement attend qu'elle réponde.",
    retry: "Réessayer",
    refused: "Non enregistré\u00a0: retirez ces passages, ou conservez-les avec une raison.",
    block: "À retirer",
    warn: "À revoir",
    of: (n, all) => `${n} sur ${all}`,
    previous: "Passage précédent",
    next: "Passage suivant",
    close: "Fermer",
    why: "Pourquoi",
    todo: "À faire",
    law: "Droit",
    instead: "À la place",
    move: "Déplacer vers le dossier médical",
    moveTo: (place) => `Déplacer vers «\u00a0${place}\u00a0»`,
    rewrite: "Remplacer",
    delete: "Supprimer ces mots",
    keep: "Conserver…",
    keepTitle: "Pourquoi conserver ce passage\u00a0?",
    keepConfirm: "Conserver",
    cancel: "Annuler",
    reasons: {
      safety: "Nécessaire à la sécurité d'une personne",
      access: "Besoin d'accessibilité ou d'accueil",
      request: "Demande de la personne elle-même",
      mistake: "Signalé par erreur",
      other: "Autre raison",
    },
    confirmTitle: "Enregistrer quand même\u00a0?",
    confirmText: (n) =>
      n === 1 ? "Un passage devrait être retiré de ce champ." : `${n} passages devraient être retirés de ce champ.`,
    confirmYes: "Enregistrer quand même",
    confirmNo: "Revenir au texte",
    title: (name, words) => `${name}\u00a0: «\u00a0${words}\u00a0»`,
  },
  en: {
    found: (n) => (n === 1 ? "1 passage to review" : `${n} passages to review`),
    blocked: (n) => (n === 1 ? "1 passage to remove" : `${n} passages to remove`),
    and: " and ",
    kept: (n) => (n === 1 ? "1 passage kept" : `${n} passages kept`),
    show: "Show",
    shortcut: "Alt+Enter opens the advice.",
    away: "Checking is not available: this text was not checked.",
    awayClosed: "Checking is not available: saving waits for its answer.",
    retry: "Try again",
    refused: "Not saved: remove these passages, or keep them with a reason.",
    block: "To remove",
    warn: "To review",
    of: (n, all) => `${n} of ${all}`,
    previous: "Previous passage",
    next: "Next passage",
    close: "Close",
    why: "Why",
    todo: "What to do",
    law: "Law",
    instead: "Instead",
    move: "Move to the medical record",
    moveTo: (place) => `Move to “${place}”`,
    rewrite: "Replace",
    delete: "Delete these words",
    keep: "Keep…",
    keepTitle: "Why keep this passage?",
    keepConfirm: "Keep",
    cancel: "Cancel",
    reasons: {
      safety: "Needed for somebody's safety",
      access: "Accessibility or reception need",
      request: "The person asked for it",
      mistake: "Reported by mistake",
      other: "Another reason",
    },
    confirmTitle: "Save anyway?",
    confirmText: (n) =>
      n === 1 ? "One passage should be removed from this field." : `${n} passages should be removed from this field.`,
    confirmYes: "Save anyway",
    confirmNo: "Back to the text",
    title: (name, words) => `${name}: “${words}”`,
  },
};

// Adopted, not inline: a strict content security policy lets constructed style sheets through.
const STYLE = `
:host { display: block; position: relative;
  --block: var(--art9-block, #b3261e); --warn: var(--art9-warn, #8a5300);
  --ink: var(--art9-ink, #1d2733); --quiet: var(--art9-quiet, #536170);
  --line: var(--art9-line, #c9d2dc); --paper: var(--art9-paper, #ffffff);
  --accent: var(--art9-accent, #0b5c7a); --soft: var(--art9-soft, #f3f6f9); }
:host([hidden]) { display: none; }
.box { position: relative; }
.mirror { position: absolute; top: 0; left: 0; overflow: hidden; pointer-events: none; visibility: hidden;
  box-sizing: border-box; margin: 0; border-style: solid; border-color: transparent; background: none;
  color: transparent; forced-color-adjust: none; z-index: 1; }
.mirror.on { visibility: visible; }
.mirror span { color: transparent; text-decoration-line: underline; text-decoration-skip-ink: none;
  text-underline-offset: 0.16em; }
.mirror .block { text-decoration-style: wavy; text-decoration-color: var(--block); text-decoration-thickness: 1.5px; }
.mirror .warn { text-decoration-style: dotted; text-decoration-color: var(--warn); text-decoration-thickness: 2.5px; }
.mirror .kept { text-decoration-style: solid; text-decoration-color: var(--quiet); text-decoration-thickness: 1px; }
.mirror .chosen { background: color-mix(in srgb, var(--accent) 14%, transparent); border-radius: 2px; }
.bar { display: flex; align-items: center; gap: 4px 8px; min-height: 32px; padding-top: 4px;
  font: 400 0.875rem/1.4 system-ui, sans-serif; color: var(--quiet); }
.status { min-width: 0; }
.bar button { flex: none; }
.sign { width: 1.15em; height: 1.15em; flex: none; vertical-align: -0.2em; fill: none; stroke: currentColor;
  stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.bar .sign { display: none; }
.bar[data-state="block"] .sign.block, .bar[data-state="warn"] .sign.warn, .bar[data-state="away"] .sign.warn {
  display: inline; }
.bar[data-state="block"] :is(.status, .sign) { color: var(--block); font-weight: 600; }
.bar:is([data-state="warn"], [data-state="away"]) :is(.status, .sign) { color: var(--warn); font-weight: 600; }
button { font: 500 0.875rem/1.3 system-ui, sans-serif; color: var(--accent); background: var(--paper);
  border: 1px solid var(--line); border-radius: 6px; padding: 6px 12px; min-height: 32px; cursor: pointer;
  text-align: start; }
button:hover { border-color: var(--accent); }
button.main { color: #fff; background: var(--accent); border-color: var(--accent); }
button.plain { border-color: transparent; background: none; padding: 4px 6px; min-height: 28px; text-decoration: underline; }
button.icon { min-width: 32px; padding: 4px 8px; text-align: center; }
button:focus-visible, input:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
h3:focus { outline: none; }
.card:focus-within { border-color: var(--accent); border-inline-start-color: var(--warn); }
.card.block:focus-within { border-inline-start-color: var(--block); }
[hidden] { display: none !important; }
.card { margin-top: 6px; border: 1px solid var(--line); border-inline-start: 4px solid var(--warn); border-radius: 8px;
  background: var(--paper); color: var(--ink); padding: 12px 14px 14px; box-shadow: 0 6px 20px rgb(20 40 60 / 0.12);
  font: 400 0.9375rem/1.45 system-ui, sans-serif; text-align: start; animation: open 120ms ease-out; }
.card.block { border-inline-start-color: var(--block); }
@keyframes open { from { opacity: 0; transform: translateY(-4px); } }
@media (prefers-reduced-motion: reduce) { .card { animation: none; } }
.head { display: flex; align-items: flex-start; gap: 8px; }
.head .titles { flex: 1; min-width: 0; }
.grade { display: flex; gap: 5px; align-items: center; font-size: 0.8125rem; font-weight: 700; color: var(--warn); }
.block .grade { color: var(--block); }
h3 { font-size: 1rem; line-height: 1.35; margin: 0; font-weight: 650; overflow-wrap: anywhere; }
.pager { display: flex; align-items: center; gap: 4px; font-size: 0.8125rem; color: var(--quiet); white-space: nowrap; }
dl { margin: 10px 0 0; display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 12px; }
dt { color: var(--quiet); font-size: 0.8125rem; padding-top: 2px; }
dd { margin: 0; overflow-wrap: anywhere; }
dd.law { color: var(--quiet); font-size: 0.8125rem; padding-top: 2px; }
.proposal { background: var(--soft); border-radius: 4px; padding: 1px 6px; }
.acts { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 12px; }
fieldset { border: 0; margin: 12px 0 0; padding: 0; min-width: 0; }
legend { font-weight: 650; padding: 0; margin-bottom: 4px; }
label { display: flex; gap: 8px; align-items: baseline; padding: 4px 0; cursor: pointer; }
label input { accent-color: var(--accent); }
@container (max-width: 420px) {
  dl { grid-template-columns: 1fr; gap: 0; } dt { padding-top: 8px; }
  .head { flex-wrap: wrap; justify-content: flex-end; gap: 2px 8px; }
  .titles { display: contents; } .grade { flex: 1; } .head h3 { order: 1; flex: 1 0 100%; }
  .acts button { width: 100%; }
}
.frame { container-type: inline-size; }
`;

const MIRRORED = [
  "fontFamily", "fontSize", "fontStyle", "fontVariant", "fontWeight", "fontStretch", "fontFeatureSettings",
  "fontKerning", "letterSpacing", "wordSpacing", "lineHeight", "textIndent", "textTransform", "textAlign",
  "textRendering", "tabSize", "direction", "overflowWrap", "wordBreak", "lineBreak", "hyphens",
  "borderTopWidth", "borderRightWidth", "borderBottomWidth", "borderLeftWidth",
  "paddingTop", "paddingRight", "paddingBottom", "paddingLeft",
];

const PAUSE = 350;
const PATIENCE = 5000;
const held = new WeakSet(); // submissions that a field has stopped until its answer comes
let sheet = null;

/** Return an element with a class and children, which are always text or elements, never markup. */
function make(name, { className = "", ...attributes } = {}, ...children) {
  const element = document.createElement(name);
  if (className) element.className = className;
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** Return the sign of a grade: an octagon or a triangle, so that colour is not all there is. */
function sign(grade) {
  const shapes = { block: "M8 3h8l5 5v8l-5 5H8l-5-5V8z", warn: "M12 4 2.5 20h19z" };
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", `${shapes[grade]} M12 ${grade === "block" ? "8v5 M12 16v.1" : "10v4 M12 17v.1"}`);
  picture.setAttribute("viewBox", "0 0 24 24");
  picture.setAttribute("class", `sign ${grade}`);
  picture.setAttribute("aria-hidden", "true");
  picture.append(path);
  return picture;
}

/** Return a function from code points, which the service counts, to UTF-16 units, which pages count. */
function unitsOf(text) {
  const places = [0];
  let units = 0;
  for (const character of text) places.push((units += character.length));
  return (point) => places[Math.min(point, places.length - 1)];
}

class Art9Field extends HTMLElement {
  static observedAttributes = ["lang"];

  #control = null;
  #parts = null;
  #timer = 0;
  #request = null;
  #checked = null; // the text of the last answer
  #findings = [];
  #keptReasons = new Map(); // in memory only, gone with the page
  #away = false;
  #chosen = null;
  #asking = null; // "keep" or "confirm" while a question stands in the card
  #passed = null; // the text that was let through for one submission
  #watch = null;
  #form = null;
  #token = "";

  /** A token for the service; set from a script, for it has no place in markup. */
  set token(value) { this.#token = String(value); }

  /** What is marked now: category, status, start and end in UTF-16 units, kept or not; no words. */
  get findings() {
    return this.#findings.map(({ category, grade, from, to, rule, key }) =>
      ({ category, grade, start: from, end: to, rule, kept: this.#keptReasons.has(key) }));
  }

  connectedCallback() {
    this.#build();
    queueMicrotask(() => this.#adopt());
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
    this.#request?.abort();
    this.#release();
  }

  attributeChangedCallback() {
    if (this.#control?.value) this.check();
  }

  /** Check now; resolves to the status: clear, warn, block or away. */
  async check(purpose = "typing") {
    clearTimeout(this.#timer);
    if (!this.#control) return "clear";
    return this.#ask(this.#control.value, purpose);
  }

  // Putting together

  #build() {
    if (this.#parts) return;
    const root = this.attachShadow({ mode: "open" });
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(STYLE);
    }
    root.adoptedStyleSheets = [sheet];
    const slot = make("slot");
    const mirror = make("div", { className: "mirror", "aria-hidden": "true" });
    const status = make("span", { className: "status", role: "status", "aria-live": "polite" });
    const show = make("button", { className: "plain", type: "button", "aria-expanded": "false", hidden: "" });
    const bar = make("div", { className: "bar" }, sign("block"), sign("warn"), status, show);
    const card = make("section", { className: "card", role: "group", hidden: "" });
    const box = make("div", { className: "box" }, slot, mirror);
    root.append(make("div", { className: "frame" }, box, bar, card));
    this.#parts = { slot, mirror, status, show, bar, card, box };
    slot.addEventListener("slotchange", () => this.#adopt());
    show.addEventListener("click", () => (this.#away ? this.check() : this.#toggle()));
    card.addEventListener("keydown", (event) => this.#cardKey(event));
  }

  #adopt() {
    const control = this.querySelector("textarea, input:not([type]), input[type=text], input[type=search]");
    if (control === this.#control) return;
    this.#release();
    this.#control = control;
    if (!control) return;
    const on = (target, kind, act, options) => {
      target.addEventListener(kind, act, options);
      this.#undo.push(() => target.removeEventListener(kind, act, options));
    };
    this.#undo = [];
    on(control, "input", () => this.#typed());
    on(control, "change", () => this.#typed());
    on(control, "scroll", () => this.#scrolled());
    on(control, "click", () => this.#clicked());
    on(control, "keydown", (event) => this.#controlKey(event));
    on(window, "resize", () => this.#measure());
    this.#form = control.form;
    if (this.#form) {
      on(this.#form, "submit", (event) => this.#submitted(event), { capture: true });
      on(this.#form, "reset", () => setTimeout(() => this.#typed()));
    }
    this.#watch = new ResizeObserver(() => this.#measure());
    this.#watch.observe(control);
    this.#watch.observe(this.#parts.box);
    document.fonts?.ready.then(() => this.#measure());
    control.setAttribute("aria-description", this.#words.shortcut);
    if (control.value) this.check();
  }

  #undo = [];

  #release() {
    this.#undo.forEach((undo) => undo());
    this.#undo = [];
    this.#watch?.disconnect();
    this.#control = null;
  }

  get #lang() {
    const named = this.getAttribute("lang") || this.closest("[lang]")?.getAttribute("lang") || "fr";
    return named.toLowerCase().startsWith("en") ? "en" : "fr";
  }

  get #words() { return WORDS[this.#lang]; }

  get #name() { return this.getAttribute("field") || this.#control?.name || "champ"; }

  // Asking the service

  #typed() {
    this.#passed = null;
    this.#followEdits();
    clearTimeout(this.#timer);
    const pause = Number(this.getAttribute("pause") ?? PAUSE);
    this.#timer = setTimeout(() => this.#ask(this.#control?.value ?? "", "typing"), pause);
  }

  /** Until the answer comes: forget marks whose words have changed, move those behind the change. */
  #followEdits() {
    const before = this.#checked ?? "";
    const now = this.#control.value;
    if (before === now) return this.#paint();
    let head = 0;
    while (head < before.length && before[head] === now[head]) head += 1;
    let tail = 0;
    const most = Math.min(before.length, now.length) - head;
    while (tail < most && before[before.length - 1 - tail] === now[now.length - 1 - tail]) tail += 1;
    const shift = now.length - before.length;
    this.#findings = this.#findings
      .filter((one) => one.to <= head || one.from >= before.length - tail)
      .map((one) => (one.to <= head ? one : { ...one, from: one.from + shift, to: one.to + shift }));
    this.#checked = now;
    if (!this.#findings.includes(this.#chosen)) this.#close();
    this.#paint();
    this.#tell();
  }

  async #ask(text, purpose) {
    this.#request?.abort();
    if (!text.trim()) return this.#answered(text, []);
    const request = (this.#request = new AbortController());
    const patience = setTimeout(() => request.abort("slow"), PATIENCE);
    try {
      const answer = await fetch(this.getAttribute("service") || "/v1/check", {
        method: "POST",
        headers: { "content-type": "application/json", ...this.#authorization() },
        body: JSON.stringify(this.#question(text, purpose)),
        signal: request.signal,
        credentials: "same-origin",
        cache: "no-store",
        referrerPolicy: "no-referrer",
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const values = await answer.json();
      if (this.#request !== request) return "stale";
      return this.#answered(text, this.#read(text, values.fields[this.#name]));
    } catch {
      return this.#request === request ? this.#unanswered() : "stale";
    } finally {
      clearTimeout(patience);
    }
  }

  #authorization() {
    return this.#token ? { authorization: `Bearer ${this.#token}` } : {};
  }

  #question(text, purpose) {
    // A lone surrogate is no character; replaced by one of the same length, so that places stay.
    const whole = text.toWellFormed ? text.toWellFormed() : text;
    return { fields: { [this.#name]: whole }, names: this.#recordNames(), lang: this.#lang, purpose };
  }

  /** The record's own names, from the controls that `names` lists: they only rule out homonyms. */
  #recordNames() {
    const controls = (this.getAttribute("names") || "").split(/\s+/).filter(Boolean);
    const values = controls.map((name) => this.#form?.elements.namedItem(name)?.value?.trim());
    return values.filter(Boolean).map((value) => value.slice(0, 100)).slice(0, 20);
  }

  #read(text, answer) {
    const unit = unitsOf(text);
    return answer.findings.map((finding) => {
      const [from, to] = [unit(finding.start), unit(finding.end)];
      const words = text.slice(from, to);
      const grade = finding.status;
      const key = [finding.category, finding.rule, words.toLowerCase()].join("\u0000");
      return { ...finding, from, to, words, grade, key, fingerprint: answer.fingerprint };
    });
  }

  #answered(text, findings) {
    this.#request = null;
    this.#away = false;
    // Typed on while the answer was under way: another question is on its way already.
    if (this.#control?.value !== text) return "stale";
    this.#checked = text;
    this.#findings = findings;
    const again = this.#chosen && findings.find((one) => one.key === this.#chosen.key && one.from === this.#chosen.from);
    if (this.#chosen) again ? (this.#chosen = again) : this.#close();
    this.#paint();
    this.#tell();
    const status = this.#status();
    this.#emit("art9-verdict", {
      status,
      categories: [...new Set(findings.map((one) => one.category))],
      fingerprint: findings[0]?.fingerprint ?? null,
    });
    return status;
  }

  #unanswered() {
    this.#request = null;
    this.#away = true;
    this.#tell();
    this.#emit("art9-verdict", { status: "away", categories: [], fingerprint: null });
    return "away";
  }

  #open(grade) {
    return this.#findings.filter((one) => (!grade || one.grade === grade) && !this.#keptReasons.has(one.key));
  }

  #status() {
    if (this.#open("block").length) return "block";
    return this.#open("warn").length ? "warn" : "clear";
  }

  #emit(kind, detail) {
    return this.dispatchEvent(new CustomEvent(kind, { bubbles: true, composed: true, cancelable: true, detail }));
  }

  // Underlining

  #measure() {
    const { mirror, box } = this.#parts;
    const control = this.#control;
    if (!control || !mirror.classList.contains("on")) return;
    const style = getComputedStyle(control);
    for (const name of MIRRORED) mirror.style[name] = style[name];
    const multiline = control instanceof HTMLTextAreaElement;
    mirror.style.whiteSpace = multiline ? "pre-wrap" : "pre";
    const outer = box.getBoundingClientRect();
    const inner = control.getBoundingClientRect();
    // A scrollbar takes its width from the text, so it is given to the border of the mirror.
    const bar = control.offsetWidth - control.clientWidth
      - parseFloat(style.borderLeftWidth) - parseFloat(style.borderRightWidth);
    if (multiline && bar > 0) {
      const side = style.direction === "rtl" ? "borderLeftWidth" : "borderRightWidth";
      mirror.style[side] = `${parseFloat(style[side]) + bar}px`;
    }
    // An input stands in the middle of its height, whatever its line height says.
    if (!multiline) {
      const room = control.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
      mirror.style.lineHeight = `${room}px`;
    }
    mirror.style.width = `${inner.width}px`;
    mirror.style.height = `${inner.height}px`;
    mirror.style.transform = `translate(${inner.left - outer.left}px, ${inner.top - outer.top}px)`;
    this.#scrolled();
  }

  #scrolled() {
    const { mirror } = this.#parts;
    mirror.scrollTop = this.#control.scrollTop;
    mirror.scrollLeft = this.#control.scrollLeft;
  }

  #paint() {
    const { mirror } = this.#parts;
    const text = this.#control?.value ?? "";
    const marks = [...this.#findings].sort((a, b) => a.from - b.from || b.to - a.to);
    const pieces = [];
    let place = 0;
    for (const one of marks) {
      const from = Math.max(one.from, place);
      if (from >= one.to) continue;
      pieces.push(text.slice(place, from));
      const kind = this.#keptReasons.has(one.key) ? "kept" : one.grade;
      const chosen = this.#chosen === one ? " chosen" : "";
      pieces.push(make("span", { className: kind + chosen }, text.slice(from, one.to)));
      place = one.to;
    }
    // A last line break makes a line only when something stands behind it.
    mirror.replaceChildren(...pieces, `${text.slice(place)}\u200b`);
    const was = mirror.classList.contains("on");
    mirror.classList.toggle("on", marks.length > 0);
    if (marks.length) was ? this.#scrolled() : this.#measure();
  }

  // Telling

  #tell() {
    const { bar, status, show } = this.#parts;
    const words = this.#words;
    const [block, warn] = [this.#open("block").length, this.#open("warn").length];
    const kept = this.#findings.length - block - warn;
    let state = block ? "block" : warn ? "warn" : "clear";
    let line = [block && words.blocked(block), warn && words.found(warn)].filter(Boolean).join(words.and);
    if (!line && kept) line = words.kept(kept);
    if (this.#away) {
      state = "away";
      line = this.#closed ? words.awayClosed : words.away;
    }
    bar.dataset.state = state;
    if (status.textContent !== line) status.textContent = line;
    show.hidden = !this.#findings.length && !this.#away;
    show.textContent = this.#away ? words.retry : words.show;
    if (this.#control) {
      state === "block" ? this.#control.setAttribute("aria-invalid", "true") : this.#control.removeAttribute("aria-invalid");
      this.#control.setAttribute("aria-description", [line, line && words.shortcut].filter(Boolean).join(". "));
    }
  }

  get #closed() { return this.getAttribute("when-away") === "closed"; }

  #say(line) { this.#parts.status.textContent = line; }

  // The card

  #clicked() {
    const { selectionStart: place, selectionEnd: end } = this.#control;
    if (place !== end) return;
    const one = this.#findings.find((mark) => mark.from <= place && place <= mark.to);
    if (one) this.#choose(one, { focus: false });
    else if (this.#asking !== "confirm") this.#close();
  }

  #controlKey(event) {
    if (event.key === "Enter" && event.altKey && this.#findings.length) {
      event.preventDefault();
      this.#choose(this.#nearest(), { focus: true });
    } else if (event.key === "Escape" && this.#chosen) {
      event.preventDefault();
      this.#close();
    }
  }

  #nearest() {
    const place = this.#control.selectionStart ?? 0;
    const open = this.#open();
    const among = open.length ? open : this.#findings;
    const distance = (one) => (place < one.from ? one.from - place : Math.max(0, place - one.to));
    return among.reduce((best, one) => (distance(one) < distance(best) ? one : best));
  }

  #toggle() {
    if (this.#chosen || this.#asking) return this.#close();
    const open = this.#open("block")[0] ?? this.#open()[0] ?? this.#findings[0];
    if (open) this.#choose(open, { focus: true });
  }

  #choose(one, { focus }) {
    this.#chosen = one;
    this.#asking = null;
    this.#draw();
    this.#paint();
    if (focus) this.#parts.card.querySelector("h3").focus();
  }

  #close({ focus = false } = {}) {
    const had = this.#chosen;
    this.#chosen = this.#asking = null;
    this.#parts.card.hidden = true;
    this.#parts.show.setAttribute("aria-expanded", "false");
    if (had) this.#paint();
    if (focus && this.#control) {
      this.#control.focus();
      if (had) this.#control.setSelectionRange(had.to, had.to);
    }
  }

  #cardKey(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (this.#asking === "keep") this.#choose(this.#chosen, { focus: true });
    else this.#close({ focus: true });
  }

  #draw() {
    const { card, show } = this.#parts;
    const one = this.#chosen;
    card.className = `card ${one.grade}`;
    card.setAttribute("aria-label", one.name);
    card.replaceChildren(this.#head(one), this.#body(one), this.#acts(one));
    card.hidden = false;
    show.setAttribute("aria-expanded", "true");
  }

  #head(one) {
    const words = this.#words;
    const titles = make("div", { className: "titles" },
      make("div", { className: "grade" }, sign(one.grade), words[one.grade]),
      make("h3", { tabindex: "-1" }, words.title(one.name, one.words)));
    return make("div", { className: "head" }, titles, this.#pager(one));
  }

  #pager(one) {
    const words = this.#words;
    const all = this.#findings;
    const number = all.indexOf(one);
    const step = (label, sign, by) => {
      const button = this.#button(sign, "icon", () => this.#choose(all[(number + by + all.length) % all.length], { focus: true }));
      button.setAttribute("aria-label", label);
      return button;
    };
    const close = this.#button("✕", "icon close", () => this.#close({ focus: true }));
    close.setAttribute("aria-label", words.close);
    const steps = all.length < 2 ? [] :
      [step(words.previous, "‹", -1), make("span", {}, words.of(number + 1, all.length)), step(words.next, "›", 1)];
    return make("div", { className: "pager" }, ...steps, close);
  }

  #body(one) {
    const words = this.#words;
    const rows = [[words.why, "", one.why], [words.todo, "", one.do]];
    if (one.wording) rows.push([words.instead, "instead", make("span", { className: "proposal" }, one.wording)]);
    rows.push([words.law, "law", one.law]);
    return make("dl", {}, ...rows.flatMap(([name, className, value]) =>
      [make("dt", {}, name), make("dd", { className }, value)]));
  }

  #acts(one) {
    const words = this.#words;
    const target = this.#target();
    const acts = {
      move: target && this.#button(this.#moveLabel(target), "", () => this.#move(one, target)),
      rewrite: this.#button(words.rewrite, "", () => this.#rewrite(one)),
      delete: this.#button(words.delete, "", () => this.#delete(one)),
      keep: !this.#keptReasons.has(one.key) && this.#button(words.keep, "", () => this.#askReason(one)),
    };
    const offered = one.actions.filter((name) => acts[name]).map((name) => {
      acts[name].dataset.act = name;
      return acts[name];
    });
    offered[0]?.classList.add("main");
    return make("div", { className: "acts" }, ...offered);
  }

  #button(label, className, act) {
    const button = make("button", { type: "button", className }, label);
    button.addEventListener("click", act);
    return button;
  }

  // What a person does about a finding

  #target() {
    const name = this.getAttribute("move-to");
    return name ? document.getElementById(name) : null;
  }

  #moveLabel(target) {
    const label = this.getAttribute("move-label") || target.labels?.[0]?.textContent.trim();
    return label ? this.#words.moveTo(label) : this.#words.move;
  }

  /** Put the words into another field of the page, and a neutral wording, if any, in their place. */
  #move(one, target) {
    const before = target.value && !/\n$/.test(target.value) ? "\n" : "";
    target.value += before + one.words;
    target.dispatchEvent(new Event("input", { bubbles: true }));
    this.#replace(one, one.wording ?? "");
    this.#decided(one, "moved");
  }

  #rewrite(one) {
    this.#replace(one, one.wording);
    this.#decided(one, "rewritten");
  }

  #delete(one) {
    this.#replace(one, "");
    this.#decided(one, "deleted");
  }

  /** Replace the words of a finding so that the browser's own undo brings them back. */
  #replace(one, wording) {
    const control = this.#control;
    const text = control.value;
    let { from, to } = one;
    if (!wording) [from, to] = withSpace(text, from, to);
    this.#close();
    control.focus();
    control.setSelectionRange(from, to);
    const command = wording ? ["insertText", false, wording] : ["delete"];
    if (!document.execCommand(...command)) {
      control.setRangeText(wording, from, to, "end");
      control.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const gap = wording.search(/\[[^\]]+\]/);
    // « [date] » waits to be filled in: select it, so that typing does.
    if (gap >= 0) control.setSelectionRange(from + gap, from + wording.indexOf("]", gap) + 1);
    this.check();
  }

  #askReason(one) {
    const { card } = this.#parts;
    const words = this.#words;
    this.#asking = "keep";
    const choices = Object.entries(words.reasons).map(([code, label]) =>
      make("label", {}, make("input", { type: "radio", name: "reason", value: code }), label));
    const confirm = this.#button(words.keepConfirm, "main", () => {
      const chosen = card.querySelector("input:checked");
      if (chosen) this.#keep(one, chosen.value);
      else card.querySelector("input").focus();
    });
    const cancel = this.#button(words.cancel, "", () => this.#choose(one, { focus: true }));
    const question = make("fieldset", {}, make("legend", {}, words.keepTitle), ...choices);
    card.replaceChildren(this.#head(one), question, make("div", { className: "acts" }, confirm, cancel));
    card.querySelector("input").focus();
  }

  #keep(one, reason) {
    this.#keptReasons.set(one.key, reason);
    this.#decided(one, "kept", reason);
    this.#emit("art9-kept", { category: one.category, rule: one.rule, reason, fingerprint: one.fingerprint });
    this.#close({ focus: true });
    this.#paint();
    this.#tell();
  }

  /** Tell the service, for its audit log; a decision stands whether or not that succeeds. */
  #decided(one, outcome, reason = null) {
    const service = this.getAttribute("decisions") ?? (this.getAttribute("service") || "/v1/check").replace(/check$/, "decisions");
    if (!service) return;
    const body = { field: this.#name, categories: [one.category], outcome, reason, fingerprint: one.fingerprint };
    fetch(service, {
      method: "POST",
      headers: { "content-type": "application/json", ...this.#authorization() },
      body: JSON.stringify(body),
      credentials: "same-origin",
      keepalive: true,
      referrerPolicy: "no-referrer",
    }).catch(() => {});
  }

  // Submitting

  #submitted(event) {
    const text = this.#control?.value ?? "";
    if (event.defaultPrevented || !text.trim()) return;
    if (this.#passed === text) {
      // Good for this one submission, unless another field still holds it back.
      setTimeout(() => { if (!held.has(event)) this.#passed = null; });
      return;
    }
    held.add(event);
    event.preventDefault();
    event.stopImmediatePropagation();
    this.#decide(text, event.submitter);
  }

  async #decide(text, submitter) {
    clearTimeout(this.#timer);
    const status = await this.#ask(text, "save");
    if (status === "stale") return;
    if (status === "away" && this.#closed) {
      this.#control.focus();
      return;
    }
    if (status !== "block") return this.#pass(text, submitter);
    if (this.getAttribute("on-block") === "confirm") this.#askAnyway(text, submitter);
    else this.#refuse();
  }

  #pass(text, submitter) {
    this.#passed = text;
    this.#close();
    const own = submitter?.isConnected ? submitter : undefined;
    this.#form.requestSubmit(own);
  }

  #refuse() {
    this.#choose(this.#open("block")[0], { focus: true });
    this.#say(this.#words.refused);
  }

  #askAnyway(text, submitter) {
    const { card } = this.#parts;
    const words = this.#words;
    const open = this.#open("block");
    this.#chosen = null;
    this.#asking = "confirm";
    const yes = this.#button(words.confirmYes, "", () => {
      open.forEach((one) => this.#decided(one, "kept", "other"));
      this.#pass(text, submitter);
    });
    const no = this.#button(words.confirmNo, "main", () => this.#choose(open[0], { focus: true }));
    card.className = "card block";
    card.setAttribute("aria-label", words.confirmTitle);
    card.replaceChildren(
      make("h3", { tabindex: "-1" }, words.confirmTitle),
      make("div", {}, words.confirmText(open.length)),
      make("div", { className: "acts" }, no, yes));
    card.hidden = false;
    card.querySelector("h3").focus();
  }
}

/** Return the stretch to delete so that no two spaces are left behind. */
function withSpace(text, from, to) {
  const [before, after] = [text[from - 1], text[to]];
  if (after === " " && (before === " " || from === 0 || before === "\n")) return [from, to + 1];
  if (before === " " && (after === undefined || /[\n,.]/.test(after))) return [from - 1, to];
  return [from, to];
}

if (!customElements.get("art9-field")) customElements.define("art9-field", Art9Field);

export { Art9Field };

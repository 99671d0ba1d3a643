"""<art9-field> in a real browser, as a secretary meets it."""

import json

import pytest

from tests.needs import module
from tests.service.browser import chromium, resize, running, until


class KEYS:
    """Keys by WebDriver's code points."""

    TAB, ENTER, CONTROL, ALT = "\ue004", "\ue007", "\ue009", "\ue00a"
    ESCAPE, END, ARROW_DOWN = "\ue00c", "\ue010", "\ue015"


HIV = "porteuse sida !!! !!!!"


@pytest.fixture(scope="module")
def audit_path(tmp_path_factory):
    return tmp_path_factory.mktemp("audit") / "audit.jsonl"


@pytest.fixture(scope="module")
def url(audit_path):
    module("fastapi")
    module("uvicorn")
    env = {"ART9_KEY_FILE": str(audit_path.with_name("key"))}
    with running("--audit", str(audit_path), env=env, folder=audit_path.parent) as service:
        yield service.url


@pytest.fixture(scope="module")
def driver(url):
    with chromium() as driver:
        yield driver


@pytest.fixture
def page(driver, url):
    driver.execute_cdp_cmd("Network.enable", {})
    offline(driver, away=False)
    resize(driver, 1280, 1000)
    driver.get(url)
    page = Page(driver)
    yield page
    offline(driver, away=False)
    assert [entry for entry in driver.get_log("browser") if "Security Policy" in str(entry)] == []


def offline(driver, *, away):
    values = {"offline": away, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    driver.execute_cdp_cmd("Network.emulateNetworkConditions", values)


class Page:
    """The demonstration page and its first field."""

    def __init__(self, driver, field="field", control="commentaire"):
        self.driver, self.field, self.control = driver, field, control

    def js(self, script, *values):
        head = (
            f"const field = document.getElementById('{self.field}'); const root = field.shadowRoot;"
        )
        head += f"const area = document.getElementById('{self.control}');"
        return self.driver.execute_script(f"{head} {script}", *values)

    @property
    def area(self):
        return self.driver.find_element("id", self.control)

    @property
    def text(self):
        return self.area.get_property("value")

    def type(self, text):
        self.area.send_keys(text)

    def put(self, text):
        self.js("area.value = arguments[0]; area.dispatchEvent(new Event('input'))", text)

    def marks(self, count=None):
        """The underlined words with the kind of their line, once there are `count` of them."""
        script = "return [...root.querySelectorAll('.mirror span')].map(s => [s.textContent, s.className])"
        if count is None:
            return self.js(script)
        return until(lambda: (len(found := self.js(script)) == count and found) or None)

    def status(self):
        return self.js("return root.querySelector('[role=status]').textContent")

    def card(self):
        return self.js(
            "const c = root.querySelector('.card'); return c.hidden ? null : c.innerText"
        )

    def press(self, selector):
        self.js("root.querySelector(arguments[0]).click()", selector)

    def save(self):
        self.driver.find_element("css selector", "button[type=submit]").click()

    def saved(self):
        return self.driver.find_element("id", "saved").text

    def choose(self, select, value):
        self.driver.find_element("css selector", f"#{select} option[value={value}]").click()

    def click_word(self, number=0):
        x, y = self.js(
            "const r = root.querySelectorAll('.mirror span')[arguments[0]].getBoundingClientRect();"
            "return [r.x + r.width / 2, r.y + r.height / 2]",
            number,
        )
        chain = module("selenium.webdriver").ActionChains(self.driver)
        chain.w3c_actions.pointer_action.move_to_location(int(x), int(y)).click()
        chain.perform()

    def focused(self):
        """What has the focus: the name of a control of the page, or the text of one of ours."""
        return self.js(
            "const a = document.activeElement;"
            "return a === field ? root.activeElement.textContent : a.name ?? a.tagName"
        )

    def keys(self, *keys):
        chain = module("selenium.webdriver").ActionChains(self.driver)
        chain.send_keys(*keys).perform()

    def keys_together(self, held, key):
        chain = module("selenium.webdriver").ActionChains(self.driver)
        chain.key_down(held).send_keys(key).key_up(held).perform()


def test_typing_underlines_the_words_and_says_so(page):
    page.type("porteuse sida, pénible")
    assert page.marks(2) == [["sida", "block"], ["pénible", "warn"]]
    assert page.status() == "1 passage à retirer et 1 passage à revoir"
    assert page.area.get_attribute("aria-invalid") == "true"
    lines = page.js(
        "return [...root.querySelectorAll('.mirror span')]"
        ".map(s => getComputedStyle(s).textDecorationStyle)"
    )
    assert lines == ["wavy", "dotted"], "not told apart by colour alone"


def test_a_harmless_text_is_left_alone(page):
    page.type("préfère le matin, laisser sonner longtemps")
    verdicts = page.js(
        "window.seen = []; field.addEventListener('art9-verdict', e => seen.push(e.detail.status));"
    )
    assert verdicts is None
    until(lambda: page.js("return window.seen.includes('clear')"))
    assert page.marks() == []
    assert page.status() == ""
    assert page.area.get_attribute("aria-invalid") is None


def test_places_hold_behind_characters_beyond_the_basic_plane(page):
    page.put("😀🧑‍⚕️ mère musulmane 😀 porteuse sida")
    assert [words for words, _ in page.marks(2)] == ["musulmane", "sida"]


LONG = (
    "mère musulmane voilée et très inquiète du résultat, pénible au téléphone ; ne pas laisser "
    "attendre en salle.\n\nRappeler lundi après 10 h au sujet de la dialyse.\tPorteuse sida ! "
    "anticonstitutionnellement-anticonstitutionnellement-anticonstitutionnellement bipolaire\n"
)


STYLED = (
    "letter-spacing: 0.7px; word-spacing: 3px; tab-size: 3; border-width: 3px; line-height: 1.9;"
    "padding: 5px 17px 9px 23px; text-indent: 12px; font: italic 500 17px serif; margin: 9px 4px"
)


@pytest.mark.parametrize(("width", "style"), [(360, ""), (640, STYLED), (1280, ""), (1280, STYLED)])
def test_underlines_stand_exactly_under_their_words(page, width, style):
    """The browser itself says which character of the textarea stands where a line is drawn."""
    resize(page.driver, width, 1000)
    page.js("area.style.cssText = arguments[0]", style)
    page.put(LONG * 2)
    page.marks(12)
    for scroll in (0, 37, 100_000):
        page.js("area.scrollTop = arguments[0]; area.scrollIntoView({block: 'center'})", scroll)
        until(lambda: page.js("return root.querySelector('.mirror').scrollTop === area.scrollTop"))
        off, seen = page.js(
            """
            const inner = area.getBoundingClientRect();
            const spans = [...root.querySelectorAll('.mirror span')];
            let seen = 0;
            const off = field.findings.filter((one, number) => {
              const r = spans[number].getClientRects()[0];
              const y = r.top + r.height / 2;
              if (y < inner.top + 4 || y > inner.bottom - 4) return false;
              seen += 1;
              const at = document.caretPositionFromPoint(r.left + 1, y);
              return at.offsetNode !== area || at.offset !== one.start;
            });
            return [off, seen];
            """
        )
        assert off == []
        assert seen
    heights = page.js("return [area.scrollHeight, root.querySelector('.mirror').scrollHeight]")
    assert heights[0] == heights[1]


def test_underlines_follow_the_size_of_the_field(page):
    page.put(LONG)
    page.marks(6)
    page.js("area.style.width = '330px'; area.style.height = '200px'; area.style.fontSize = '19px'")
    sizes = (
        "const r = e => [e.clientWidth, e.scrollHeight, Math.round(e.getBoundingClientRect().x)];"
    )
    until(
        lambda: page.js(
            f"{sizes} return String(r(area)) === String(r(root.querySelector('.mirror')))"
        )
    )


def test_an_input_of_one_line_is_underlined_too(page):
    page = Page(page.driver, "reason-field", "motif")
    page.type("renouvellement du traitement VIH et suivi du diabète de son fils épileptique, " * 2)
    page.marks(6)
    same = (
        "return root.querySelector('.mirror').scrollLeft === area.scrollLeft && area.scrollLeft > 0"
    )
    until(lambda: page.js(same))


def test_a_card_in_french_says_what_why_what_to_do_and_by_which_law(page):
    page.type(HIV)
    page.marks(1)
    assert page.card() is None
    page.click_word()
    card = until(page.card).replace("\u00a0", " ")
    for words in ("À retirer", "Santé : « sida »", "Pourquoi", "VIH", "À faire", "dossier médical"):
        assert words in card
    assert "RGPD art. 9(1)" in card
    assert "précautions d'accueil : voir dossier médical" in card
    assert "Déplacer vers « Note du médecin »" in card


def test_a_click_elsewhere_in_the_text_closes_the_card(page):
    page.type("bonjour madame, " + HIV)
    page.marks(1)
    page.click_word()
    until(page.card)
    page.js("area.setSelectionRange(2, 2); area.click()")
    assert page.card() is None


def test_a_rewriting_is_applied_and_can_be_undone(page):
    page.type("porteuse sida, rappeler lundi")
    page.marks(1)
    page.click_word()
    page.press("[data-act=rewrite]")
    assert page.text == "porteuse précautions d'accueil : voir dossier médical, rappeler lundi"
    until(lambda: page.marks() == [])
    page.keys_together(KEYS.CONTROL, "z")
    assert page.text == "porteuse sida, rappeler lundi"
    page.marks(1)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("mère musulmane à rappeler", "mère à rappeler"),
        ("appeler sa fille musulmane", "appeler sa fille"),
        ("musulmane à rappeler", "à rappeler"),
        ("mère musulmane, à rappeler", "mère, à rappeler"),
    ],
)
def test_words_are_deleted_without_a_hole(page, text, left):
    page.type(text)
    page.marks(1)
    page.press(".bar button")
    page.press("[data-act=delete]")
    assert page.text == left


def test_words_are_moved_to_the_medical_record(page):
    page.type(HIV)
    page.marks(1)
    page.press(".bar button")
    page.press("[data-act=move]")
    assert page.driver.find_element("id", "note").get_property("value") == "sida"
    assert "sida" not in page.text


def test_what_may_protect_somebody_is_not_offered_for_deletion(page):
    page.type("frappée par son mari")
    until(page.marks)
    page.press(".bar button")
    offered = page.js("return [...root.querySelectorAll('[data-act]')].map(b => b.dataset.act)")
    assert offered[0] == "move"
    assert "delete" not in offered


def test_a_form_is_not_saved_until_a_passage_is_kept_with_a_reason(page, audit_path):
    page.js("window.kept = []; document.addEventListener('art9-kept', e => kept.push(e.detail))")
    page.type(HIV)
    page.save()
    until(page.card)
    assert page.saved() == ""
    assert page.status().startswith("Non enregistré")
    page.press("[data-act=keep]")
    page.press(".acts .main")
    assert page.card(), "without a reason, nothing is kept"
    page.press("input[value=safety]")
    page.press(".acts .main")
    assert page.card() is None
    assert page.marks() == [["sida", "kept"]]
    assert page.status() == "1 passage conservé"
    (kept,) = page.js("return window.kept")
    assert (kept["category"], kept["reason"]) == ("health", "safety")
    assert "sida" not in json.dumps(kept)
    page.save()
    until(lambda: "enregistrée" in page.saved())
    lines = [json.loads(line) for line in audit_path.read_text().splitlines()]
    decision = [line for line in lines if line["event"] == "decision"][-1]
    assert (decision["outcome"], decision["reason"]) == ("kept", "safety")
    assert decision["fingerprint"] == kept["fingerprint"]
    assert "sida" not in audit_path.read_text()


def test_what_is_kept_stays_kept_while_one_writes_on(page):
    page.type(HIV)
    page.marks(1)
    page.press(".bar button")
    page.press("[data-act=keep]")
    page.press("input[value=request]")
    page.press(".acts .main")
    page.type(" rappeler lundi, diabétique")
    assert page.marks(2) == [["sida", "kept"], ["diabétique", "block"]]


def test_the_policy_can_ask_for_a_confirmation_instead(page):
    page.choose("on-block", "confirm")
    page.type(HIV)
    page.save()
    assert "Enregistrer quand même" in until(page.card)
    assert page.saved() == ""
    page.press(".acts button:not(.main)")
    until(lambda: "enregistrée" in page.saved())
    assert page.card() is None


def test_a_warning_does_not_stop_the_form(page):
    page.type("pénible, en retard")
    page.marks(1)
    page.save()
    until(lambda: "enregistrée" in page.saved())


def test_a_harmless_form_is_sent_with_its_text(page):
    page.js(
        "document.getElementById('record').addEventListener('submit', e => {"
        "window.sent = Object.fromEntries(new FormData(e.target)) })"
    )
    page.type("préfère le matin")
    page.save()
    until(lambda: "enregistrée" in page.saved())
    assert page.js("return window.sent")["commentaire"] == "préfère le matin"


def test_every_field_of_a_form_must_agree(page):
    Page(page.driver, "reason-field", "motif").type("suivi VIH")
    page.type("préfère le matin")
    page.save()
    other = Page(page.driver, "reason-field", "motif")
    until(other.card)
    assert page.saved() == ""


def test_a_text_is_checked_anew_for_every_save(page):
    page.type("préfère le matin")
    page.save()
    until(lambda: "enregistrée" in page.saved())
    page.js("area.value = 'porteuse sida'")
    page.save()
    until(page.card)


def test_with_the_service_away_an_open_policy_saves_and_says_so(page):
    offline(page.driver, away=True)
    page.type(HIV)
    until(lambda: "indisponible" in page.status())
    assert page.text == HIV
    page.save()
    until(lambda: "sans vérification" in page.saved())


def test_with_the_service_away_a_closed_policy_waits_for_it(page):
    page.choose("when-away", "closed")
    offline(page.driver, away=True)
    page.type("préfère le matin")
    page.save()
    until(lambda: "attend" in page.status())
    assert page.saved() == ""
    offline(page.driver, away=False)
    page.press(".bar button")
    until(lambda: page.status() == "")
    page.save()
    until(lambda: "enregistrée" in page.saved())


def test_everything_works_by_keyboard(page):
    page.type("mère musulmane, " + HIV)
    page.marks(2)
    page.keys(KEYS.TAB)
    assert page.focused() == "Voir"
    page.keys(KEYS.ENTER)
    assert "musulmane" in until(page.card)
    assert "musulmane" in page.focused()
    page.keys(KEYS.ESCAPE)
    assert page.card() is None
    assert page.focused() == "commentaire"
    page.keys(KEYS.END)
    page.keys_together(KEYS.ALT, KEYS.ENTER)
    assert "sida" in page.focused()
    reached = []
    while "Conserver…" not in reached and len(reached) < 9:
        page.keys(KEYS.TAB)
        reached.append(page.focused())
    assert reached[-4:] == [
        "Déplacer vers «\u00a0Note du médecin\u00a0»",
        "Remplacer",
        "Supprimer ces mots",
        "Conserver…",
    ]
    page.keys(KEYS.ENTER)
    page.keys(KEYS.ARROW_DOWN)
    page.keys(KEYS.TAB)
    assert page.focused() == "Conserver"
    page.keys(KEYS.ENTER)
    assert page.focused() == "commentaire"
    assert ["sida", "kept"] in page.marks()


def test_escape_leaves_the_question_before_the_card(page):
    page.type(HIV)
    page.marks(1)
    page.press(".bar button")
    page.press("[data-act=keep]")
    page.keys(KEYS.ESCAPE)
    assert "Pourquoi conserver" not in page.card()
    page.keys(KEYS.ESCAPE)
    assert page.card() is None


def test_a_screen_reader_is_told(page):
    page.type(HIV)
    page.marks(1)
    page.press(".bar button")
    tree = page.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    seen = {(n["role"]["value"], n.get("name", {}).get("value", "")) for n in tree if "role" in n}
    roles = {role for role, _ in seen}
    assert "status" in roles
    assert ("group", "Santé") in seen
    assert ("heading", "Santé\u00a0: «\u00a0sida\u00a0»") in seen
    assert ("button", "Fermer") in seen
    (area,) = [
        n
        for n in tree
        if n.get("name", {}).get("value") == "Commentaire administratif"
        and n["role"]["value"] == "textbox"
    ]
    assert "1 passage à retirer" in page.area.get_attribute("aria-description")
    assert {p["name"]: p["value"].get("value") for p in area["properties"]}["invalid"] == "true"
    assert page.js("return root.querySelector('.mirror').getAttribute('aria-hidden')") == "true"


def luminance(colour):
    parts = [int(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_every_text_of_ours_has_enough_contrast(page):
    page.type("porteuse sida, pénible")
    page.marks(2)
    page.press(".bar button")
    colours = page.js(
        """
        const back = e => { for (; e; e = e.parentElement ?? e.getRootNode().host) {
          const c = getComputedStyle(e).backgroundColor;
          if (c !== 'rgba(0, 0, 0, 0)') return c; } return 'rgb(255, 255, 255)'; };
        return [...root.querySelectorAll('.status, button, .grade, h3, dt, dd, .proposal')]
          .filter(e => e.textContent && !e.hidden)
          .map(e => [e.textContent, getComputedStyle(e).color, back(e)]);
        """
    )
    assert len(colours) > 10
    for text, front, back in colours:
        dark, light = sorted([luminance(front), luminance(back)])
        assert (light + 0.05) / (dark + 0.05) >= 4.5, text


def test_english_is_spoken(page, url):
    page.driver.get(f"{url}/?lang=en")
    page.type(HIV)
    page.marks(1)
    assert page.status() == "1 passage to remove"
    page.press(".bar button")
    card = page.card()
    for words in ("Health: “sida”", "What to do", "GDPR Art. 9(1)", "Delete these words", "Keep…"):
        assert words in card


def test_marks_follow_the_text_before_the_answer_comes(page):
    page.type("porteuse sida, diabétique")
    page.marks(2)
    page.js("field.setAttribute('pause', '60000')")
    page.js("area.setSelectionRange(0, 0)")
    page.type("Mme ")
    assert [words for words, _ in page.marks()] == ["sida", "diabétique"]
    page.js("area.setSelectionRange(15, 15)")
    page.type("x")
    assert [words for words, _ in page.marks()] == ["diabétique"]


def test_an_answer_that_comes_too_late_is_dropped(page):
    page.js(
        """
        const real = window.fetch; window.asked = [];
        window.fetch = async (...args) => {
          const number = asked.push(args[1].signal);
          const answer = await real(...args);
          if (number === 1) await new Promise((go) => setTimeout(go, 800));
          return answer;
        };
        """
    )
    page.type("porteuse sida")
    until(lambda: page.js("return window.asked.length === 1"))
    page.put("rappeler lundi")
    until(lambda: page.js("return window.asked.length === 2"))
    assert page.js("return window.asked[0].aborted")
    page.driver.execute_async_script("setTimeout(arguments[0], 1000)")
    assert page.marks() == []
    assert page.status() == ""


def test_the_text_is_in_no_storage_and_no_address(page):
    page.type(HIV)
    page.marks(1)
    page.press(".bar button")
    kept = page.js(
        "return JSON.stringify([localStorage, sessionStorage, document.cookie, location.href,"
        "performance.getEntriesByType('resource').map(e => e.name), history.state])"
    )
    assert "sida" not in kept
    names = page.js("return performance.getEntriesByType('resource').map(e => e.name)")
    assert all(name.startswith(page.driver.current_url.rstrip("/")) for name in names)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("step", ["underlined", "card", "keep"])
def test_nothing_overflows_or_overlaps(page, width, step):
    resize(page.driver, width, 1000)
    page.type("mère musulmane voilée, pénible au téléphone, porteuse sida")
    page.marks(4)
    if step != "underlined":
        page.press(".bar button")
    if step == "keep":
        page.press("[data-act=keep]")
    assert page.js("return document.documentElement.scrollWidth") <= width
    clipped, overlapping = page.js(
        """
        const seen = [...root.querySelectorAll('button, .status, h3, dd, legend, label')]
          .filter(e => e.offsetParent && e.textContent);
        const clipped = seen.filter(e => e.scrollWidth > e.clientWidth + 1
          && getComputedStyle(e).display !== 'inline').map(e => e.textContent);
        const boxes = seen.map(e => [e, e.getBoundingClientRect()]);
        const over = [];
        for (const [a, r] of boxes) for (const [b, s] of boxes)
          if (a !== b && !a.contains(b) && !b.contains(a) && r.left < s.right - 1
              && s.left < r.right - 1 && r.top < s.bottom - 1 && s.top < r.bottom - 1)
            over.push([a.textContent, b.textContent]);
        return [clipped, over];
        """
    )
    assert clipped == []
    assert overlapping == []

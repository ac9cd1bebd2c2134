# SPDX-License-Identifier: MIT
"""For everybody: with a screen reader, a keyboard, a small or enlarged screen, without colour."""

import pytest

from app.on_demand import mqtt_link
from tests.page.browser import axe, log_in, shot
from tests.page.fleet import Fleet
from tests.page.test_units import says
from tests.page.test_wishes import asks

SCREENS = ("live", "units", "unit/2", "unit/4", "unit/1", "limit", "add", "test", "troubles",
           "sessions", "login", "sheet", "own", "setup/1", "setup/2", "setup/3", "setup/4",
           "setup/5")
_ASKS = {"live": "history", "troubles": "troubles", "setup/4": "troubles", "add": "pairing",
         "setup/2": "pairing", "test": "selftest", "setup/5": "selftest", "limit": "settings",
         "setup/3": "settings", "own": "settings"}  # what a screen asks for last
LOOKS = [("en", "light"), ("nl", "dark")]
ALL_LOOKS = [pytest.param(lang, theme, marks=pytest.mark.long)
             for lang in ("en", "nl") for theme in ("light", "dark")]


@pytest.fixture(scope="module")
def ill(folder):
    """A group with everything that a screen can show: units missing, paused, stopped by a fault,
    found, a change that waits, what programs have asked for, a broker that does not answer, some
    history. Its time stands."""
    spare = {"id": 7, "role": "follower", "breaker_a": 32, "region": "iec", "nameplate_a": 32,
             "phases": "L1", "paired": False, "member": False}
    group = Fleet(folder, spare=spare, vehicles=((1, 20), (2, 16), (3, 12), (5, 16), (7, 16)))
    group.ask(1, "cap", 2, 10)
    group.ask(1, "cap", 5, 0)
    group.later(900)
    group.hears(4, False)
    group.do(group.node(6).board.set_fault, "rcm", True)
    group.later(300)
    group.ask(1, "limit", 50)
    group.ask(1, "pair")
    asks(group, "wish", 2, {"max_a": 8, "pause": True}, ttl_s=36000)
    asks(group, "soft_limit", 40, ttl_s=36000)
    group.do(mqtt_link.begin, group.server().web, {"mqtt_broker": "127.0.0.1"})
    group.later(8)
    group.paused = True
    yield group
    group.close()


def findings(visit, group, lang, theme, screens):
    """What axe-core finds on these screens."""
    page = visit(group.url(), lang=lang, theme=theme)
    found = {}
    for screen in screens:
        enter(page, group, screen)
        shot(page, "screen-%s-%s-%s" % (screen, lang, theme))
        found[screen] = axe(page)
    return {screen: what for screen, what in found.items() if what}


# Every day each screen in one of the looks, for it takes a second each.
@pytest.mark.parametrize("look", (0, 1))
def test_axe_finds_nothing_on_any_screen(ill, visit, look):
    assert findings(visit, ill, *LOOKS[look], SCREENS[look::2]) == {}


@pytest.mark.parametrize("lang, theme", ALL_LOOKS)
def test_axe_finds_nothing_on_any_screen_in_any_look(ill, visit, lang, theme):
    assert findings(visit, ill, lang, theme, SCREENS) == {}


@pytest.mark.parametrize("lang, theme", [LOOKS[1], *ALL_LOOKS])
def test_axe_finds_nothing_on_a_follower_a_blank_board_a_dialog_or_old_figures(
        ill, fleet, visit, lang, theme):
    group = fleet(units=2)
    found = {}
    for name, url in (("follower", ill.url(4)), ("blank", fleet(blank=True, units=2).url())):
        page = visit(url, lang=lang, theme=theme)
        shot(page, "%s-%s-%s" % (name, lang, theme))
        found[name] = axe(page)
    page = visit(ill.url(), lang=lang, theme=theme, hash_="unit/4")
    page.click("#act-remove button")
    shot(page, "dialog-%s-%s" % (lang, theme))
    found["dialog"] = axe(page)
    page.click("[data-do=keep]")
    page = visit(group.url(), lang=lang, theme=theme)
    page.clock.install()
    group.power(1, False)
    page.clock.run_for(30_000)
    page.wait_for_selector(".strip")
    shot(page, "old-%s-%s" % (lang, theme))
    found["old"] = axe(page)
    assert {screen: what for screen, what in found.items() if what} == {}


def enter(page, group, screen):
    """Goes to a screen, and waits until it shows what it has asked for."""
    with page.expect_response(lambda answer: answer.url.endswith(_ASKS.get(screen, "live"))):
        page.goto(group.url() + "#" + screen)
    page.wait_for_function("() => new Promise(done => requestAnimationFrame(() => done(true)))")


def wider(page):
    """What reaches beyond the window: tags and their right ends."""
    return page.evaluate("""() => { const width = document.documentElement.clientWidth;
        return document.documentElement.scrollWidth > width ? [...document.querySelectorAll('*')]
            .filter(one => one.getBoundingClientRect().right > width + 1)
            .map(one => one.outerHTML.slice(0, 90)) : []; }""")


@pytest.mark.parametrize("how, lang", [("narrow", "nl"), ("zoomed", "en"),
                                       pytest.param("narrow", "en", marks=pytest.mark.long),
                                       pytest.param("zoomed", "nl", marks=pytest.mark.long)])
def test_no_screen_has_to_be_moved_sideways(ill, visit, how, lang):
    # 200 % of a window of 1280 is one of 640 with twice the dots; then text alone doubled.
    options = {"width": 320} if how == "narrow" else {"width": 640, "device_scale_factor": 2}
    page = visit(ill.url(), lang=lang, **options)
    found = {}
    for screen in SCREENS:
        enter(page, ill, screen)
        shot(page, "%s-%s-%s" % (how, screen, lang))
        found[screen] = wider(page)
        if how == "zoomed" and screen in ("live", "units", "unit/2", "limit", "troubles"):
            page.add_style_tag(content="html{font-size:200%}")
            found[screen] += wider(page)
            shot(page, "%s-text-%s-%s" % (how, screen, lang))
            page.reload()
            page.wait_for_selector("h1")
    assert {screen: what for screen, what in found.items() if what} == {}


def focused(page):
    return page.evaluate("""() => { const one = document.activeElement; return one.dataset.do
        || one.id || one.hash || one.textContent.trim(); }""")


def press_until(page, wanted, key="Tab", most=60):
    """Presses a key until something has the focus; it is visible there."""
    for _ in range(most):
        page.keyboard.press(key)
        if focused(page) == wanted:
            outline = page.evaluate("""() => {
                const of = one => getComputedStyle(one).outlineStyle;
                const one = document.activeElement; return of(one) !== 'none' ? of(one)
                    : one.closest('.step,.plot') ? of(one.closest('.step,.plot')) : 'none'; }""")
            assert outline != "none", wanted
            return
    raise AssertionError("the focus never reaches %s" % wanted)


def test_a_group_is_set_up_with_the_keyboard_alone(fleet, visit):
    group = fleet(blank=True, units=2)
    group.set_up(2)
    page = visit(group.url())
    press_until(page, "name")
    page.keyboard.type("Garage left")
    press_until(page, "region")
    page.keyboard.type("Eur")
    press_until(page, "breaker")
    page.keyboard.type("32")
    press_until(page, "phases")
    page.keyboard.type("L1")
    press_until(page, "Next")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.tagName === 'H1'")  # the new screen's
    assert focused(page) == "Log in"
    press_until(page, "code")
    page.keyboard.type(group.code())
    page.keyboard.press("Enter")
    page.wait_for_selector("#step-1")
    press_until(page, "Next")
    page.keyboard.press("Enter")
    page.wait_for_selector("#found-%s button" % group.serial(2))
    press_until(page, "blinkFound")
    page.keyboard.press("Enter")
    press_until(page, "add")
    page.keyboard.press("Enter")
    page.wait_for_function("id => document.activeElement.id === id",
                           arg="code-" + group.serial(2))
    page.keyboard.type(group.code(2))
    page.keyboard.press("Enter")
    page.wait_for_selector("#in-2")
    _limit_and_test_by_keyboard(page)
    in_force = group.do(lambda: group.node().program.member.leader.revisions.in_force)
    assert (in_force.limit_ma, in_force.fallback, in_force.enabled) == (20_000, "minimum", True)


def _limit_and_test_by_keyboard(page):
    press_until(page, "#setup/3")
    page.keyboard.press("Enter")
    page.wait_for_selector("#limit")
    press_until(page, "limit")
    page.keyboard.press("Control+A")
    page.keyboard.type("20")
    press_until(page, "mode-equal")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert focused(page) == "#setup/2"
    press_until(page, "Next")
    page.keyboard.press("Enter")
    page.wait_for_selector("#step-4")
    press_until(page, "switchOn")
    page.keyboard.press("Enter")
    page.wait_for_selector("a[href='#sheet']", timeout=60000)


def test_the_focus_goes_from_skip_link_to_brand_pages_language_login_and_content(group, visit):
    page = visit(group.url())
    order = []
    for _ in range(9):
        page.keyboard.press("Tab")
        order.append(focused(page))
    assert order == ["skip", "#live", "#live", "#units", "#sessions", "#troubles", "language",
                     "logInFirst", "why"]
    page.keyboard.press("Shift+Tab")
    page.focus("#skip")
    page.keyboard.press("Enter")
    assert focused(page) == "main" and page.url.endswith("/")


def test_there_is_one_live_region_and_it_does_not_change_with_the_figures(fleet, visit):
    group = fleet()
    page = visit(group.url())
    regions = page.query_selector_all("main [role=status]")
    assert len(regions) == 1
    before = regions[0].inner_text()
    group.ask(1, "cap", 2, 7)
    group.later(20)
    says(page, "7.0", "#row-2")
    assert page.query_selector("main [role=status]").inner_text() == before
    assert not any(sign in before for sign in ("7", "A ", "kWh"))


def test_states_differ_in_shape_and_word_and_colours_can_be_forced(ill, visit):
    page = visit(ill.url(), forced_colors="active")
    shapes = page.eval_on_selector_all("#main .list .st", "all => all.map(one => "
                                       "[one.querySelector('svg').innerHTML, one.innerText])")
    by_word = {}
    for shape, words in shapes:
        by_word.setdefault(words.rstrip(".").split()[0], set()).add(shape)
    assert len({frozenset(found) for found in by_word.values()}) == len(by_word) >= 4
    shot(page, "forced-colours")


@pytest.mark.parametrize("lang", ("en", "nl"))
def test_the_sheet_fits_one_page_and_holds_no_secret(group, visit, lang):
    page = visit(group.url(), lang=lang, hash_="sheet")
    page.wait_for_selector(".sheet")
    assert page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    words, numbers = page.inner_text("body"), range(1, 7)
    assert all(group.serial(n) in page.content() for n in numbers)
    assert all(group.code(n) not in words.replace("-", "") for n in numbers)
    page.emulate_media(media="print")
    shot(page, "sheet-printed-" + lang)


def test_looking_needs_no_login_and_every_control_leads_to_it(fleet, visit):
    group = fleet()
    page = visit(group.url(), hash_="unit/2")
    page.fill("#max_a", "20")
    page.click("main form .p")
    log_in(page, group.code())
    page.wait_for_selector("#max_a")
    assert page.input_value("#max_a") == "20"
    page.click("main form .p")
    group.until(lambda: group.node().program.member.leader.caps)
    page.reload()
    page.wait_for_selector("#max_a")
    assert page.input_value("#max_a") == "20"

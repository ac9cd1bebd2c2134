# SPDX-License-Identifier: MIT
"""For everybody: with a screen reader, a keyboard, a small or enlarged screen, without colour."""

import pytest

from tests.page.browser import axe, blank, follower, log_in, shot, six
from tests.page.test_group import says
from tests.page.wizard import join_one, this_unit

SCREENS = ("live", "units", "unit/2", "unit/4", "unit/1", "limit", "add", "test", "troubles",
           "sessions", "login", "sheet", "own", "setup/1", "setup/2", "setup/3", "setup/4",
           "setup/5")
LOOKS = [("en", "light"), ("nl", "dark")]
OTHERS = [pytest.param(lang, theme, marks=pytest.mark.long)
          for lang, theme in (("en", "dark"), ("nl", "light"))]


def ill():
    """A group with everything that a screen can show: missing, waiting, found, refused, faults."""
    world = six()
    world.lose(4, 20 * 60_000)
    world.board(6).why = ([32], "Stopped. Current leaks to earth.")
    world.propose(["limit", 50_000], "New limit of 50 A.", lambda: None)
    world.next_ma = 50_000
    world.opened_at = world.now()
    world.new = blank(others=2).new
    world.new[1].why_not, world.new[1].text = "version", "Another version."
    world.extra.append({"code": "foreign", "args": [-60], "since_ms": 5000, "unit": None,
                        "what": "Another group is heard.", "do": ["Find it."]})
    return world


@pytest.mark.parametrize("lang, theme", LOOKS + OTHERS)
def test_axe_finds_nothing_on_any_screen(serve, visit, lang, theme):
    server = serve(ill())
    page = visit(server, lang=lang, theme=theme)
    found = {}
    for screen in SCREENS:
        page.goto(server.url + "#" + screen)
        page.wait_for_timeout(60)
        shot(page, "screen-%s-%s-%s" % (screen, lang, theme))
        found[screen] = axe(page)
    assert {screen: what for screen, what in found.items() if what} == {}


@pytest.mark.parametrize("lang, theme", [LOOKS[0], pytest.param(*LOOKS[1], marks=pytest.mark.long),
                                         *OTHERS])
def test_axe_finds_nothing_on_a_follower_a_blank_board_a_dialog_or_old_figures(
        serve, visit, lang, theme):
    lost, fresh, group = serve(follower(silent_ms=60_000)), serve(blank()), serve(ill())
    found = {}
    for name, server in (("follower", lost), ("blank", fresh)):
        page = visit(server, lang=lang, theme=theme)
        shot(page, "%s-%s-%s" % (name, lang, theme))
        found[name] = axe(page)
    page = visit(group, lang=lang, theme=theme, hash_="unit/4")
    page.click("#act-remove button")
    shot(page, "dialog-%s-%s" % (lang, theme))
    found["dialog"] = axe(page)
    page.click("[data-do=keep]")
    page.goto(group.url + "#live")
    page.wait_for_selector("#plot svg")
    page.clock.install()
    group.down = True
    page.clock.run_for(30_000)
    page.wait_for_selector(".strip")
    shot(page, "old-%s-%s" % (lang, theme))
    found["old"] = axe(page)
    assert {screen: what for screen, what in found.items() if what} == {}


def wider(page):
    """What reaches beyond the window: tags and their right ends."""
    return page.evaluate("""() => { const width = document.documentElement.clientWidth;
        return document.documentElement.scrollWidth > width ? [...document.querySelectorAll('*')]
            .filter(one => one.getBoundingClientRect().right > width + 1)
            .map(one => one.outerHTML.slice(0, 90)) : []; }""")


@pytest.mark.parametrize("how, lang", [("narrow", "nl"), ("zoomed", "en"),
                                       pytest.param("narrow", "en", marks=pytest.mark.long),
                                       pytest.param("zoomed", "nl", marks=pytest.mark.long)])
def test_no_screen_has_to_be_moved_sideways(serve, visit, how, lang):
    # 200 % of a window of 1280 is one of 640 with twice the dots; then text alone doubled.
    server = serve(ill())
    options = {"width": 320} if how == "narrow" else {"width": 640, "device_scale_factor": 2}
    page = visit(server, lang=lang, **options)
    found = {}
    for screen in SCREENS:
        page.goto(server.url + "#" + screen)
        page.wait_for_timeout(60)
        shot(page, "%s-%s-%s" % (how, screen, lang))
        found[screen] = wider(page)
        if how == "zoomed" and screen in ("live", "units", "unit/2", "limit", "troubles"):
            page.add_style_tag(content="html{font-size:200%}")
            page.wait_for_timeout(30)
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


def test_a_group_is_set_up_with_the_keyboard_alone(serve, visit):
    server = serve(blank(speed=60, others=1))
    world, page = server.world, visit(server)
    press_until(page, "name")
    page.keyboard.type("Garage left")
    press_until(page, "breaker")
    page.keyboard.type("32")
    press_until(page, "phases")
    page.keyboard.type("L1")
    press_until(page, "Next")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.tagName === 'H1'")  # the new screen's
    assert focused(page) == "Log in"
    press_until(page, "code")
    page.keyboard.type(world.me.code)
    page.keyboard.press("Enter")
    page.wait_for_selector("#step-1")
    press_until(page, "Next")
    page.keyboard.press("Enter")
    page.wait_for_selector("#found-" + world.new[0].serial)
    press_until(page, "blinkFound")
    page.keyboard.press("Enter")
    press_until(page, "add")
    page.keyboard.press("Enter")
    code = "code-" + world.new[0].serial
    assert focused(page) == code
    page.keyboard.type(world.new[0].code)
    page.keyboard.press("Enter")
    page.wait_for_selector("#in-2")
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
    page.wait_for_selector("a[href='#sheet']", timeout=15000)
    assert (world.limit_ma, world.fallback, world.enabled) == (20_000, "minimum", True)


def test_the_focus_goes_from_skip_link_to_brand_pages_language_login_and_content(serve, visit):
    page = visit(serve(six()))
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


def test_there_is_one_live_region_and_it_does_not_change_with_the_figures(serve, visit):
    world = six()
    page = visit(serve(world))
    regions = page.query_selector_all("main [role=status]")
    assert len(regions) == 1
    before = regions[0].inner_text()
    world.board(1).draws_a = 7.7
    says(page, "7.7")
    assert page.query_selector("main [role=status]").inner_text() == before
    assert not any(sign in before for sign in ("19", "A ", "kWh"))


def test_states_differ_in_shape_and_word_and_colours_can_be_forced(serve, visit):
    page = visit(serve(ill()), forced_colors="active")
    shapes = page.eval_on_selector_all("#main .list .st", "all => all.map(one => "
                                       "[one.querySelector('svg').innerHTML, one.innerText])")
    by_word = {}
    for shape, words in shapes:
        by_word.setdefault(words.split(".")[0], set()).add(shape)
    assert len({frozenset(found) for found in by_word.values()}) == len(by_word) >= 4
    shot(page, "forced-colours")


@pytest.mark.parametrize("lang", ("en", "nl"))
def test_the_sheet_fits_one_page_and_holds_no_secret(serve, visit, lang):
    world = six(speed=600)
    world.tested_at = world.now() - 120_000
    page = visit(serve(world), lang=lang, hash_="sheet")
    page.wait_for_selector(".sheet")
    assert page.pdf(format="A4", prefer_css_page_size=True).count(b"/Type /Page\n") == 1
    words = page.inner_text("body")
    assert all(board.serial in page.content() for board in world.members)
    assert all(board.code not in words.replace("-", "") for board in world.members)
    page.emulate_media(media="print")
    shot(page, "sheet-printed-" + lang)


def test_joining_is_announced_by_the_title_that_has_the_focus(serve, visit):
    server = serve(blank(speed=60))
    world, page = server.world, visit(server)
    this_unit(page, world)
    page.wait_for_selector("#found-" + world.new[0].serial)
    join_one(page, world.new[0])
    says(page, "%s joins." % world.new[0].serial[-6:])
    assert page.evaluate("() => document.activeElement.tagName") == "H1"


def test_looking_needs_no_login_and_every_control_leads_to_it(serve, visit):
    server = serve(six())
    page = visit(server, hash_="unit/2")
    page.fill("#cap", "20")
    page.click("main form .p")
    log_in(page, server.world.me.code)
    page.wait_for_selector("#cap")
    assert page.input_value("#cap") == "20" and server.world.board(2).cap_a is None

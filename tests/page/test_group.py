# SPDX-License-Identifier: MIT
"""A group at work: a unit lost and found, changes that wait, units removed or replaced."""

import pytest

from tests.page.browser import log_in, six
from tests.page.world import Board

NBSP = "\u00a0"


@pytest.fixture
def owner(serve, visit):
    """Opens a screen of a world's page, logged in."""
    def open_(world, hash_="live", **options):
        server = serve(world)
        page = visit(server, hash_="login", **options)
        log_in(page, world.me.code)
        page.wait_for_selector("[data-do=logOut]")
        page.goto(server.url + "#" + hash_)
        page.wait_for_timeout(50)
        return server, page
    return open_


def text(page, selector="main"):
    return page.inner_text(selector).replace(NBSP, " ")


def says(page, sentence):
    """Waits until the page says it."""
    page.wait_for_function(
        "text => document.body.innerText.replace(/\\u00a0/g, ' ').includes(text)", arg=sentence)


@pytest.mark.parametrize("lang, missing, held, found", [
    ("en", "Carport is missing.", "10.0 A is held for Carport", "All units are heard."),
    ("nl", "Carport ontbreekt.", "10,0 A blijft gereserveerd voor Carport",
     "Alle laadpunten worden gehoord.")])
def test_a_lost_unit_is_shown_with_what_is_held_for_it_until_it_is_found(
        serve, visit, lang, missing, held, found):
    world = six()
    page = visit(serve(world), lang=lang)
    says(page, found)
    assert page.query_selector(".bar .held") is None and page.query_selector("nav b") is None
    world.lose(4, 20 * 60_000)
    says(page, held)
    assert page.query_selector(".bar .held").inner_text() == "4"
    assert "10" in text(page, "#row-4") and text(page, "nav b").startswith("1")
    page.reload()
    says(page, missing)
    world.find(4)
    page.wait_for_selector(".bar .held", state="detached")
    assert held not in text(page)


def test_live_shows_figures_reasons_and_the_last_hours(serve, visit):
    world = six()
    world.lose(4)
    page = visit(serve(world))
    page.wait_for_selector("#plot svg path[fill]")
    assert text(page, ".fig").split()[0].replace("A", "") == "48.7"
    assert text(page, ".hero dl").split("\n")[-1] == "60 A"
    row = text(page, "#row-3")
    assert "≈ 10.4" in row and "Gets all that its car takes." in row and "weak" in row
    assert "Paused on this page." in text(page, "#row-5") and "No car." in text(page, "#row-6")
    assert page.eval_on_selector_all(".bar > span", "all => all.map(one => one.innerText)") == [
        "1", "2", "3", "", "4"]
    page.click("[data-do=why]")
    assert page.get_attribute("[data-do=why]", "aria-expanded") == "true"
    says(page, "if each took all it may")
    page.focus("#chart-time")
    page.keyboard.press("ArrowLeft")
    assert "in use" in page.get_attribute("#chart-time", "aria-valuetext")
    page.click("[data-do=table]")
    assert len(page.query_selector_all(".hist tbody tr")) == 8


def test_a_reason_that_the_page_does_not_know_is_shown_as_the_unit_says_it(serve, visit):
    world = six()
    world.board(1).why = ([200, 5], "Waits for <the> moon.")
    page = visit(serve(world), lang="nl")
    assert "Waits for <the> moon." in text(page, "#row-1")


def test_three_phases_have_a_bar_each_and_the_fullest_is_named(serve, visit):
    world = six()
    for n in (1, 2, 3):
        world.board(n).phases = "L1L2L3"
    world.board(4).phases, world.board(4).draws_a = "L2", 8
    page = visit(serve(world))
    says(page, "in use on L2, the fullest phase")
    assert len(page.query_selector_all(".ph .bar")) == 3


def test_a_limit_lowered_while_a_unit_is_off_waits_and_goes_on_without_it(owner):
    world = six()
    world.lose(4)
    server, page = owner(world, "limit")
    page.fill("#limit", "50")
    page.click("main .bs.e .p")
    says(page, "New limit of 50 A.")
    says(page, "Waits for Carport.")
    assert "50 A asked" in text(page) and world.limit_ma == 60_000
    page.goto(server.url + "#live")
    says(page, "Waits for Carport.")
    page.goto(server.url + "#units")
    page.click("#without-4")
    page.wait_for_selector(".wait", state="detached")
    assert world.limit_ma == 50_000 and server.posts("go_on_without") == [{"unit": 4}]
    world.find(4)
    page.goto(server.url + "#live")
    says(page, "50 A")


def test_a_change_that_waits_is_taken_back(owner):
    world = six()
    world.lose(4)
    _, page = owner(world, "limit", lang="nl")
    page.fill("#limit", "50")
    page.click("main .bs.e .p")
    says(page, "Nieuwe limiet van 50 A.")
    page.click("#takeback")
    page.wait_for_selector(".wait", state="detached")
    assert world.limit_ma == 60_000 and world.change is None


def test_a_missing_unit_is_removed_only_with_the_word_that_it_has_no_power(owner):
    world = six()
    world.lose(4)
    server, page = owner(world, "unit/4")
    page.click("#act-remove button")
    page.click("dialog .d")
    page.wait_for_selector("#promise-error .err")
    assert "First say that Carport has no power." in text(page, "dialog")
    assert page.evaluate("document.activeElement.id") == "promise"
    page.check("#promise")
    page.click("dialog .d")
    page.wait_for_selector("#unit-4", state="detached")
    assert [board.n for board in world.members] == [1, 2, 3, 5, 6]
    assert server.posts("remove")[-1] == {"unit": 4, "has_no_power": True}
    says(page, "Carport is removed.")


def test_a_dialog_keeps_everything_as_it_is_and_gives_the_focus_back(owner):
    server, page = owner(six(), "unit/2")
    page.focus("#act-remove button")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open]")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog[open]", state="detached")
    assert server.posts("remove") == []
    assert page.evaluate("document.activeElement.dataset.do") == "remove"


def test_a_unit_is_replaced_at_its_place_with_its_name(owner):
    world = six()
    world.lose(3)
    world.new.append(Board(None, 9))
    server, page = owner(world, "unit/3")
    page.click("#act-replace button")
    page.fill("#new-code", world.new[0].code)
    page.click("#act-replace .p")
    page.wait_for_selector("#old-off-error .err")
    page.check("#old-off")
    page.click("#act-replace .p")
    says(page, "Done.")
    serial = world.board(3).serial
    assert serial.endswith("%06X" % (0x1B77D0 + 0x1111 * 9)) and world.board(3).name == "Workshop"
    says(page, serial)


def test_a_name_is_changed_and_one_that_is_too_long_is_refused(owner):
    world = six()
    _, page = owner(world, "unit/2")
    page.click("#act-rename button")
    page.fill("#name", "é" * 20)
    page.click("#act-rename .p")
    page.wait_for_selector("#name-error .err")
    page.fill("#name", "<i>Yard</i> & co")
    page.click("#act-rename .p")
    says(page, "<i>Yard</i> & co")
    assert world.board(2).name == "<i>Yard</i> & co" and page.query_selector("h1 i") is None


def test_limits_of_one_unit_are_checked_and_saved(owner):
    world = six()
    server, page = owner(world, "unit/2")
    page.fill("#cap", "26")
    page.click("main form .p")
    page.wait_for_selector("#cap-error .err")
    assert "6 to 25 A" in text(page, "#cap-error") and server.posts("cap") == []
    page.fill("#cap", "20")
    page.fill("#priority", "3")
    page.click("main form .p")
    says(page, "Saved for Garage right.")
    assert (world.board(2).cap_a, world.board(2).priority) == (20, 3)
    page.click("#allowed")
    page.wait_for_selector("#allowed[aria-checked=false]")
    assert world.board(2).cap_a == 0


def test_leadership_is_handed_over_and_blinking_asked_for(owner):
    world = six()
    server, page = owner(world, "unit/2")
    page.click("#act-blink button")
    says(page, "Done.")
    assert server.posts("identify") == [{"unit": 2, "seconds": 30}]
    page.click("#act-handOver button")
    page.click("dialog .d")
    page.wait_for_function("() => !document.querySelector('nav').innerText.includes('Units')")
    assert server.posts("hand_over") == [{"unit": 2}]


def test_a_leader_with_members_is_not_reset(owner):
    server, page = owner(six(), "unit/1")
    page.click("[data-do=reset]")
    page.click("dialog .d")
    page.wait_for_selector("#promise-error .err")
    assert server.posts("factory_reset") == []
    page.check("#promise")
    page.click("dialog .d")
    page.wait_for_selector("#dialog-error .err")
    assert "Hand over" in text(page, "dialog")


def test_sharing_is_switched_off_only_after_a_question(owner):
    world = six()
    server, page = owner(world, "units")
    page.click("#sharing")
    page.wait_for_selector("dialog[open]")
    assert server.posts("enable") == []
    page.click("dialog .d")
    page.wait_for_selector("#sharing[aria-checked=false]")
    assert not world.enabled
    page.click("#sharing")
    page.wait_for_selector("#sharing[aria-checked=true]")


def test_troubles_say_what_to_do_and_lead_there(owner):
    world = six()
    world.lose(4, 60_000)
    world.extra.append({"code": "weak", "args": [3, 82, 64], "since_ms": 3 * 86400_000, "unit": 3,
                        "what": "Workshop: signal is weak.", "do": ["Move the metal."]})
    server, page = owner(world, "troubles")
    page.wait_for_selector("#found-missing-4-0")
    assert text(page, "h1") == "2 things need you" and "Move the metal." in text(page)
    assert "10.0 A is held" in text(page, ".ev")
    page.click("#found-missing-4-0 [data-do=remove]")
    page.wait_for_selector("dialog[open]")
    page.click("[data-do=keep]")
    page.click("#found-weak-3-1 a[href='#test']")
    page.wait_for_selector("#test")
    assert page.request.get(server.url + "api/diagnosis").text().startswith("AmpPool")


# The first steps of every trouble, each at most two taps from the first screen.
@pytest.mark.parametrize("check, there", [
    ("power", "#row-1"), ("signal", "#test"), ("channel", "#test"), ("restart", None),
    ("breakers", "tbody tr"), ("replace", "#unit-3")])
def test_each_first_step_is_two_taps_away(serve, visit, check, there):
    page = visit(serve(six()))
    page.click("nav a[href='#troubles']")
    page.wait_for_selector("#check-" + check)
    if there is None:
        assert "Breaker off" in text(page, "#check-" + check)
    else:
        page.click("#check-%s a" % check)
        page.wait_for_selector(there)


def test_sessions_of_all_units_are_listed_by_day_and_saved_as_a_file(serve, visit):
    world = six()
    world.lose(6)
    page = visit(serve(world), hash_="sessions")
    page.wait_for_function("() => document.querySelectorAll('.ses').length === 9")
    assert text(page, ".fig") == "133kWh"
    assert "Time not known" in text(page) and "≈ 31.4" in text(page)
    says(page, "No answer from Driveway.")
    with page.expect_download() as download:
        page.click("[data-do=csv]")
    lines = open(download.value.path(), encoding="utf-8").read().splitlines()
    assert lines[0] == "unit,name,session,start,length_s,energy_wh,estimate,highest_ma,ended"
    assert len(lines) == 10 and lines[-1].startswith('3,"Workshop",3,,7920,5100,0,16000')

"""What a reader answered is remembered in the browser, counted, and forgotten when they ask."""

import pytest
from browsing import SITE

PAGE = "pooling"
QUIZ = '<fieldset class="quiz"'
STORED = "() => Object.keys(localStorage).filter(key => key.startsWith('cnncourse.quiz.'))"


def answer(quiz, right):
    """Click an option that is right, or one that is not."""
    kind = ".quiz-right" if right else ".quiz-wrong"
    quiz.locator(f".quiz-option:has({kind}) .quiz-label").first.click()


@pytest.fixture
def context(browser, site):
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def read(context, origins):
    """Open a page as a reader who comes back: what the browser has stored is still there."""

    def open_page(name, origin):
        tab = context.new_page()
        tab.goto(f"{origins[origin]}{name}.html")
        return tab

    return open_page


@pytest.mark.parametrize("origin", ["http", "file"])
def test_answers_are_there_after_a_reload_and_gone_when_asked_for(read, origin):
    tab = read(PAGE, origin)
    quizzes = tab.locator("fieldset.quiz").all()
    score = tab.locator(".quiz-score")
    assert score.is_hidden()
    answer(quizzes[0], right=True)
    answer(quizzes[1], right=False)
    assert score.inner_text().startswith(f"1 of {len(quizzes)} answered right.")
    answer(quizzes[1], right=True)
    assert score.inner_text().startswith(f"2 of {len(quizzes)} answered right.")

    tab.reload()
    said = [quiz.locator(".quiz-verdict").inner_text() for quiz in quizzes]
    assert [text.startswith("✓ Right.") for text in said[:2]] == [True, True]
    assert set(said[2:]) == {""}
    assert score.inner_text().startswith(f"2 of {len(quizzes)} answered right.")

    home = read("intro", origin)
    rows = home.locator(".quiz-map li")
    mine = home.locator(f".quiz-map li[data-page={PAGE}]")
    assert mine.inner_text().endswith(f"2 of {len(quizzes)} answered right.")
    assert rows.count() == sum(QUIZ in path.read_text("utf-8") for path in SITE.glob("*.html"))

    home.get_by_role("button", name="Forget all my answers").click()
    assert home.locator(".quiz-map").is_hidden()
    assert home.evaluate(STORED) == []
    tab.reload()
    assert score.is_hidden()
    assert {quiz.locator(".quiz-verdict").inner_text() for quiz in quizzes} == {""}


def test_clearing_in_a_chapter_takes_what_is_shown_there_too(read):
    tab = read(PAGE, "file")
    answer(tab.locator("fieldset.quiz").first, right=True)
    tab.get_by_role("button", name="Forget all my answers").click()
    assert tab.locator("fieldset.quiz input:checked").count() == 0
    assert tab.locator(".quiz-score").is_hidden()
    assert tab.evaluate(STORED) == []


@pytest.mark.parametrize(
    "kept", ["nonsense", "[]", "null", '{"quiz-x": {"option": 99}}', '{"%s": {"option": 99}}']
)
def test_whatever_the_browser_has_stored_the_questions_work(read, kept):
    tab = read(PAGE, "file")
    name = tab.locator("fieldset.quiz").first.get_attribute("id")
    tab.evaluate(
        "kept => localStorage.setItem('cnncourse.quiz.pooling', kept)", kept.replace("%s", name)
    )
    tab.reload()
    answer(tab.locator("fieldset.quiz").first, right=True)
    assert "1 of " in tab.locator(".quiz-score").inner_text()


def test_where_nothing_can_be_stored_the_questions_work(context, read):
    context.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new Error('denied') }})"
    )
    tab = read(PAGE, "file")
    errors = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    answer(tab.locator("fieldset.quiz").first, right=False)
    assert tab.locator(".quiz-verdict").first.inner_text().startswith("✗ Not quite.")
    assert "0 of " in tab.locator(".quiz-score").inner_text()
    assert errors == []


def test_a_choice_by_keyboard_is_answered_by_the_button_too(read):
    tab = read(PAGE, "file")
    quiz = tab.locator("fieldset.quiz").first
    ask = quiz.get_by_role("button", name="Check this answer")
    assert ask.is_hidden()
    quiz.locator("input").first.focus()
    tab.keyboard.press("ArrowDown")
    assert quiz.locator(".quiz-verdict").inner_text() == ""
    tab.keyboard.press("Tab")
    assert ask.evaluate("button => button === document.activeElement")
    tab.keyboard.press("Enter")
    assert quiz.locator(".quiz-verdict").inner_text() != ""
    assert ask.is_hidden()
    tab.locator("body").click(position={"x": 1, "y": 1})
    quiz.locator("input").nth(1).focus()
    tab.keyboard.press("ArrowUp")
    assert quiz.locator(".quiz-verdict").inner_text() == "", "the verdict was on another option"

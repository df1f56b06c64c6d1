"""The pages, as people use them: in a real browser, without a script, from an invitation to a
bigger plan and out again."""

from __future__ import annotations

import base64
import contextlib
import email
import email.policy
import html
import io
import re
import zipfile
from collections.abc import Iterator
from importlib import resources

import httpx
import pytest
from msgspec import structs
from playwright.sync_api import Browser, Page, expect, sync_playwright
from starlette.routing import Route

from backupclient import account_server
from backupclient.account_server import pages
from backupclient.account_server.invitations import Invitations
from backupclient.account_server.offers import GB
from backupclient.account_server.pages import agent
from backupclient.account_server.systems import SUPPORTED
from backupclient.account_server.texts import ENGLISH, LANGUAGES, Texts, catalogue
from backupclient.account_server.tickets import Tickets
from backupclient.logs.discreet import Clean
from backupclient.support.diagnostics.bundle import State
from backupclient.support.diagnostics.gather import Gathered
from backupclient.support.diagnostics.saving import zipped
from tests.accounts import PASSWORD, PICTURE, Accounts, Computer, Home
from tests.needs import find_browser
from tests.support.diagnostics.sample import bundle
from ui import tokens

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
expect.set_options(timeout=60_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=find_browser(), args=list(FLAGS))
        yield found
        found.close()


@pytest.fixture
def page(accounts: Accounts, browser: Browser) -> Iterator[Page]:
    """On a phone, with scripts off; what the browser complains of fails the test."""
    context = browser.new_context(
        base_url=accounts.url,
        java_script_enabled=False,
        viewport={"width": 390, "height": 844},
    )
    complaints: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    context.close()
    assert not [one for one in complaints if "Content Security" in one or "blocked" in one]


def invitation(accounts: Accounts, **into: str) -> str:
    return Invitations(accounts.service, accounts.shop).make(**into)


def join(accounts: Accounts, page: Page, email: str) -> None:
    page.goto(invitation(accounts, offer_id="trial"))
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("A password for this account").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page).to_have_title(re.compile("Plan and storage"))


@pytest.mark.needs_browser
def test_from_an_invitation_to_a_bigger_plan_and_out_again(accounts: Accounts, page: Page) -> None:
    join(accounts, page, "ana@example.org")
    begun = accounts.begin("Study PC")
    page.goto(f"/device?user_code={begun['user_code']}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Let Study PC in?")
    page.get_by_role("button", name="Let it in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Study PC is in")
    token = accounts.ask_token(begun["device_code"]).json()["access_token"]
    computer = {"Authorization": f"Bearer {token}"}
    accounts.http.post("/v1/storage/keys", headers=computer).raise_for_status()

    page.goto("/plan")
    page.get_by_role("button", name="Buy 200").click()
    page.get_by_role("button", name="Decline the payment").click()
    expect(page.get_by_role("alert")).to_contain_text("declined")
    page.get_by_role("button", name="Pay €").click()
    accounts.settle()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("You have 200\u00a0GB")
    back = page.get_by_role("link", name="Back to Plainkeep")
    assert back.get_attribute("href") == "plainkeep://account/refresh"
    told = accounts.http.get("/v1/household", headers=computer).json()
    assert told["plan"]["limit"] == told["storage"]["limit"] == 200 * GB

    page.goto("/plan")
    page.get_by_role("button", name="Change to 100").click()
    page.get_by_role("button", name="Change to 100").click()
    expect(page.get_by_label("Storage")).to_contain_text("Small, 100\u00a0GB")

    # Two clicks, and it says until when.
    page.get_by_role("link", name="Cancel the plan…").click()
    expect(page.get_by_role("main")).to_contain_text("Your data stays until")
    expect(page.get_by_role("main")).to_contain_text("Taking your data along")
    page.get_by_role("button", name="Cancel the plan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your plan is cancelled")
    page.get_by_role("button", name="Keep the plan after all").click()

    page.get_by_role("link", name="Release the seat of Study PC").click()
    page.get_by_role("button", name="Release the seat").click()
    expect(page.get_by_role("main")).to_contain_text("Seat released")
    refused = accounts.http.get("/v1/household", headers=computer)
    assert refused.json()["code"] == "seat-released"

    page.get_by_role("button", name="Invite somebody").click()
    address = page.locator("code.address").inner_text()
    page.get_by_role("button", name="Sign out").click()
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("You are invited to “Home”")
    page.goto("/plan")
    page.get_by_label("E-mail address").fill("ana@example.org")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/plan$"))


def ask_for_help(accounts: Accounts, subject: str, report: bytes) -> tuple[Computer, str]:
    """A computer that waits for a person, and its ticket's address."""
    computer = accounts.sign_in(accounts.found(), "Study PC")
    headers = {"Authorization": f"Bearer {computer.token}", "Idempotency-Key": "k" * 16}
    asked = {"subject": subject, "wish": "together"}
    made = accounts.http.post("/v1/tickets", headers=headers, json=asked).json()
    path = f"/v1/tickets/{made['ticket_id']}"
    assert accounts.ask(computer, "PUT", f"{path}/bundle", content=report).status_code == 204
    return computer, path


def sign_in_to(page: Page, address: str, home: Home) -> None:
    page.goto(address)
    page.get_by_label("E-mail address").fill(home.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.needs_browser
def test_a_report_in_which_nothing_is_wrong_is_answered_from_the_help(
    accounts: Accounts, page: Page
) -> None:
    helper, whole = accounts.found(), bundle()
    person = structs.replace(whole.person, note=Clean("es ist so langsam"))
    quiet = structs.replace(whole, findings=(), state=State.WAITING, person=person)
    ask_for_help(accounts, "Slow", zipped(Gathered(quiet, (), ())))
    Tickets(accounts.service).make_agent(helper.email)
    sign_in_to(page, "/agent", helper)
    expect(page.get_by_role("listitem")).to_contain_text("A report in which nothing is wrong")
    page.get_by_role("button", name="Take the next").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Nothing is wrong; some files wait")
    expect(main.locator(".headline")).not_to_have_class(re.compile("wrong"))
    expect(page.get_by_role("heading", name="From the help")).to_be_visible()
    expect(main).to_contain_text("Wie mache ich es schneller?")
    page.get_by_role("button", name="It is solved").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody waits")


@pytest.mark.needs_browser
def test_an_agent_takes_the_next_reads_the_report_first_and_answers(
    accounts: Accounts, page: Page
) -> None:
    helper, report = accounts.found(), zipped(Gathered(bundle(), (), ()))
    idea = {"words": "Blue", "picture": base64.b64encode(PICTURE).decode()}
    computer, path = ask_for_help(accounts, "It says <full>", report)
    accounts.ask(computer, "POST", "/v1/ideas", json=idea)
    sign_in_to(page, "/agent", helper)
    expect(page.get_by_role("main")).not_to_contain_text("waits")  # not an agent yet
    Tickets(accounts.service).make_agent(helper.email)
    page.goto("/agent")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 person waits")
    expect(page.get_by_role("listitem")).to_contain_text("Your storage is full and 1 more")
    page.get_by_role("button", name="Take the next").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("It says <full>")
    first = page.get_by_role("article").first
    expect(first).to_contain_text("Your storage is full")
    offered = first.inner_text()
    order = [offered.find(word) for word in ("Steps (de)", "Say (de)", "Command", "Their data")]
    assert order == sorted(order)
    assert order[0] > 0
    first.get_by_role("link", name="Put it into the answer").click()
    expect(page.get_by_label("Your answer")).to_have_value(re.compile("mehr Speicher gekauft"))
    page.get_by_label("Your answer").fill("Let us look together.")
    page.get_by_role("button", name="Send").click()
    told = accounts.ask(computer, "GET", path).json()
    assert [one["words"] for one in told["messages"]] == ["Let us look together."]
    said = page.frame_locator("iframe")
    expect(said.get_by_role("listitem")).to_contain_text("Let us look together.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.get_by_role("main")).to_contain_text("deleted here 30\u00a0days after this is over")
    page.get_by_role("button", name="It is solved").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody waits")
    assert accounts.ask(computer, "GET", path).json()["state"] == "solved"
    page.get_by_role("link", name="Closed").click()
    page.get_by_label("Number, e-mail").fill(computer.home.email)
    page.get_by_role("button", name="Look").click()
    [row] = page.get_by_role("listitem").all()
    expect(row).to_contain_text(f"Home · {computer.home.email}")
    expect(row).to_contain_text(f"by {helper.email}")
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_label("Nummer, E-Mail")).to_have_value(computer.home.email)
    expect(page.get_by_role("listitem")).to_contain_text("gelöst gerade eben")
    page.get_by_role("link", name="It says <full>").click()
    expect(page.get_by_role("article").first).to_contain_text("Ihr Speicher ist voll")
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="Ideas").click()
    expect(page.get_by_role("article")).to_contain_text("Blue")
    picture = page.get_by_role("img").get_attribute("src") or ""
    answer = page.request.get(picture)
    assert (answer.status, answer.headers["content-type"]) == (200, "image/png")
    assert answer.headers["x-content-type-options"] == "nosniff"


HOSTILE = """
<!doctype html><base href="ELSEWHERE/"><title>Sign in</title>
<meta http-equiv="refresh" content="0; url=/agent/ideas">
<script>parent.document.title = "taken"; top.location = "/plan"; fetch("/agent/next");</script>
<img src="ELSEWHERE/seen.png" onerror="parent.document.title = 'taken'">
<link rel="stylesheet" href="ELSEWHERE/x.css">
<body onload="document.forms[0].submit()">
<form method="post" action="/sign-out"><button>Out</button></form>
<a id="top" target="_top" href="ELSEWHERE/">Go</a>
<a id="here" href="ELSEWHERE/">Go</a><a id="new" target="_blank" href="/plan">Go</a>
"""


@pytest.mark.needs_browser
def test_the_page_in_a_report_can_do_nothing(accounts: Accounts, browser: Browser) -> None:
    """Scripts are on here: the agent's browser is an ordinary one."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as report:
        report.writestr("bundle.json", "{}")
        elsewhere = accounts.url.replace("127.0.0.1", "localhost")  # it would answer
        report.writestr("report.html", HOSTILE.replace("ELSEWHERE", elsewhere))
    helper = accounts.found()
    Tickets(accounts.service).make_agent(helper.email)
    computer, path = ask_for_help(accounts, "Look at this", content.getvalue())
    shown = f"/agent/{path.rpartition('/')[2]}"
    answered: list[str] = []
    with browser.new_context(base_url=accounts.url) as context:
        page = context.new_page()
        sign_in_to(page, shown, helper)
        expect(page.get_by_role("main")).to_contain_text("The report cannot be read.")
        page.wait_for_load_state("load")
        context.on("response", lambda response: answered.append(response.url))
        for address in (f"{shown}/report", f"{shown}/report.html"):
            page.goto(address)
            if address.endswith("/report"):
                for link in ("#top", "#new", "button", "#here"):
                    page.frame_locator("iframe").locator(link).click(no_wait_after=True)
            page.wait_for_load_state("networkidle")
            assert page.title() != "taken"
            assert page.url == accounts.url + address
        assert len(context.pages) == 1
    assert {url.removeprefix(accounts.url).partition("?")[0] for url in answered} <= {
        f"{shown}/report",
        f"{shown}/report.html",
        "/static/plainkeep.css",
        "/static/agent.css",
        "/static/logo.svg",
    }
    accounts.ask(computer, "POST", f"{path}/close", json={"solved": True}).raise_for_status()


def signed_in(accounts: Accounts, home: Home) -> tuple[httpx.Client, str]:
    """A browser of that person, and what its forms bring along."""
    client = httpx.Client(base_url=accounts.url, trust_env=False)
    token = _token(client.get("/").text)
    form = {"token": token, "email": home.email, "password": PASSWORD}
    assert client.post("/sign-in", data=form).status_code == 303
    return client, _token(client.get("/plan").text)


def _token(text: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', text)
    assert found is not None
    return found[1]


@pytest.mark.needs_browser
def test_the_documentation_is_drawn_and_tells_nobody_of_its_readers(
    accounts: Accounts, browser: Browser
) -> None:
    with browser.new_context(base_url=accounts.url, color_scheme="dark") as context:
        page = context.new_page()
        complaints: list[str] = []
        asked: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        answer = page.goto("/docs")
        assert answer is not None
        drawn = page.locator(".opblock-summary-path")
        expect(drawn.filter(has_text="/v1/plan/refresh")).to_be_visible()
        document = accounts.http.get("/openapi.json").json()
        paths = drawn.evaluate_all("all => all.map(one => one.dataset.path)")
        assert set(paths) == set(document["paths"])
        drawn.filter(has_text="/v1/plan/refresh").click()
        expect(page.get_by_text("Responses").first).to_be_visible()
        expect(page.locator("html.dark-mode")).to_be_attached()
    assert all(url.startswith((f"{accounts.url}/", "data:")) for url in asked), asked
    # Where the browser would ask somebody else all the same, it is not let.
    sources = re.findall(r"(?:https?:|\*)", answer.headers["content-security-policy"])
    assert not sources
    assert not complaints
    assert accounts.http.get("/docs/__init__.py").status_code == 404
    assert accounts.http.get("/redoc").status_code == 404


def test_forms_of_other_sites_and_other_households_change_nothing(accounts: Accounts) -> None:
    mine, theirs = accounts.found(), accounts.found()
    computer = accounts.sign_in(theirs)
    client, token = signed_in(accounts, mine)
    other, other_token = signed_in(accounts, theirs)
    form = {"token": other_token, "offer_id": "small", "key": "k"}
    checkout = other.post("/plan/buy", data=form).headers["Location"]
    with contextlib.closing(client), contextlib.closing(other):
        done = f"/done?checkout={checkout.rpartition('/')[2]}"
        assert other.get(done).status_code == 200
        assert client.get(done).status_code == 404
        for path in (f"/computers/{computer.device_id}/release", checkout):
            assert client.get(path).status_code == 404
            answer = client.post(path, data={"token": token, "answer": "pay"})
            assert (answer.status_code, answer.headers["Content-Type"][:9]) == (404, "text/html")
        for wrong in ({}, {"token": other_token}):
            for path in (
                "/sign-out",
                "/plan/cancel",
                "/plan/buy",
                "/invite",
                "/device",
                "/device/move",
            ):
                assert client.post(path, data=wrong).status_code == 403
        assert client.get("/plan").status_code == 200
        policy = client.get("/plan").headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert client.get("/?next=//elsewhere.example").headers["Location"] == "/plan"
    assert accounts.ask(computer, "GET", "/v1/household").json()["plan"]["limit"] < GB * 2


def test_a_new_computer_gets_the_seat_of_an_old_one_in_two_clicks(accounts: Accounts) -> None:
    home = accounts.found(seats=1)
    old, foreign = accounts.sign_in(home, "Old PC"), accounts.sign_in(accounts.found(), "Theirs")
    begun = accounts.begin("New PC")
    client, token = signed_in(accounts, home)
    form = {"token": token, "user_code": begun["user_code"]}
    with contextlib.closing(client):
        full = client.post("/device", data={**form, "answer": "approve"})
        assert full.status_code == 409
        assert "Theirs" not in full.text
        assert not client.post("/device/move", data={**form, "token": ""}).is_success
        theirs = client.post("/device/move", data={**form, "device_id": foreign.device_id})
        assert theirs.status_code == 404
        [link] = re.findall(
            r'href="(/device/move[^"]*)" aria-label="Give the seat of Old PC', full.text
        )
        asked = client.get(link.replace("&amp;", "&"))
        assert "Old PC loses its access to the storage at once" in html.unescape(asked.text)
        done = client.post("/device/move", data={**form, "device_id": old.device_id})
        assert "New PC is in" in done.text
    accounts.ask_token(begun["device_code"]).raise_for_status()
    assert accounts.ask(old, "GET", "/v1/household").json()["code"] == "seat-released"
    assert accounts.ask(foreign, "GET", "/v1/household").is_success


def test_pages_of_those_who_help_are_closed_to_everybody_else(accounts: Accounts) -> None:
    asker, path = ask_for_help(accounts, "Private words", zipped(Gathered(bundle(), (), ())))
    stranger, token = signed_in(accounts, accounts.found(name="Elsewhere"))
    tried = 0
    with contextlib.closing(stranger), httpx.Client(base_url=accounts.url) as nobody:
        for route in agent.router.routes:
            assert isinstance(route, Route)
            url = route.path.replace("{ticket_id}", path.rpartition("/")[2]).replace("{no}", "1")
            for method in (route.methods or set()) - {"HEAD"}:
                form = {"token": token, "words": "taken", "how": "solved"}
                answer = stranger.request(method, url, data=form if method == "POST" else None)
                assert answer.status_code == 404, f"{method} {url}"
                assert "Private" not in answer.text
                assert nobody.request(method, url).status_code in (303, 403)
                tried += 1
    assert tried >= 12
    told = accounts.ask(asker, "GET", path).json()
    assert (told["state"], told["messages"]) == ("waiting", [])
    accounts.ask(asker, "POST", f"{path}/close", json={"solved": True}).raise_for_status()


def test_an_invitation_is_good_for_one_person_and_fourteen_days(accounts: Accounts) -> None:
    invitations = Invitations(accounts.service, accounts.shop)
    code = invitation(accounts, offer_id="trial").rpartition("/")[2]
    late = invitation(accounts, offer_id="trial").rpartition("/")[2]
    before = httpx.get(f"{accounts.url}/join/{code}", trust_env=False).text
    for system in SUPPORTED:  # "Is my system supported?" is answered before anybody joins
        assert system.system in before
    assert before.count("Not yet; in preparation") == sum(one.app == "no" for one in SUPPORTED)
    person = invitations.accept(code, "ben@example.org", PASSWORD, "Ben's")
    accounts.clock.advance(15 * 86400)
    with httpx.Client(base_url=accounts.url, trust_env=False) as client:
        for spent in (code, late, "nonsense"):
            assert client.get(f"/join/{spent}").status_code == 404
    assert person


@pytest.mark.needs_browser
def test_a_forgotten_password_is_chosen_anew_by_a_link_that_is_good_once(
    accounts: Accounts, page: Page
) -> None:
    home = accounts.found()
    elsewhere, _ = signed_in(accounts, home)
    page.goto("/")
    page.get_by_role("link", name="Forgotten your password?").click()
    page.get_by_label("E-mail address").fill(home.email.upper())
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    [link] = links_to_a_password(accounts, home)
    page.goto(link)
    expect(page.get_by_role("main")).to_contain_text(home.email)
    page.get_by_label("New password").fill("a password of today")
    page.get_by_role("button", name="Use this one").click()
    expect(page).to_have_title(re.compile("Plan and storage"))
    with contextlib.closing(elsewhere):
        assert elsewhere.get("/plan").status_code == 303, "signed out"

    with httpx.Client(base_url=accounts.url, trust_env=False) as client:
        form = {"token": form_token(client, "/password")}

        def send(path: str, **fields: str) -> int:
            return client.post(path, data={**form, **fields}).status_code

        assert client.get(link).status_code == 404, "used"
        assert send("/sign-in", email=home.email, password=PASSWORD) == 401
        for email in (home.email, "nobody@example.org"):
            assert send("/password", email=email) == 200
        another = next(one for one in links_to_a_password(accounts, home) if one != link)
        assert send(another, password="short") == 422
        assert send(another.replace(home.person_id, accounts.found().person_id)) == 404
        assert send(another[:-1], password=PASSWORD) == 404
        accounts.clock.advance(3601)
        assert send(another, password=PASSWORD) == 404, "too old"
        answers = [send("/password", email=home.email) for _ in range(4)]
        assert answers == [200, 200, 200, 429]
    assert link.rpartition(".")[2] not in accounts.learnt(heard=False).decode()
    assert len(list(accounts.mails.glob("password-*.eml"))) == len(
        links_to_a_password(accounts, home)
    )


def links_to_a_password(accounts: Accounts, home: Home) -> list[str]:
    """Those in the mails that somebody got."""
    accounts.settle()
    mails = [
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        for file in accounts.mails.glob("password-*.eml")
    ]
    mine = [mail.get_content() for mail in mails if mail["To"] == home.email]
    return [found[0] for text in mine if (found := re.search(r"http\S+/password/\S+", text))]


def form_token(client: httpx.Client, path: str) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get(path).text)
    assert found is not None
    return found[1]


def test_every_language_says_the_same() -> None:
    def facts(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", text)) | set(re.findall(r"</?\w+>", text))

    english = catalogue(ENGLISH)
    used = set()
    for file in resources.files(pages).joinpath("templates").iterdir():
        text = file.read_text(encoding="utf-8")
        used |= set(re.findall(r'"([a-z_]+\.[a-z_]+)"', text)) & set(english)
    for name, pattern, part in (
        ("letters.py", r'"([a-z_]+)"', "letters."),
        ("ticket_quiet.py", r'"(quiet\.[a-z_]+)"', ""),
        ("tickets.py", r'"(quiet\.[a-z_]+)"', ""),
    ):
        text = resources.files(account_server).joinpath(name).read_text(encoding="utf-8")
        used |= {part + key for key in re.findall(pattern, text)} & set(english)
    assert {key for key in english if not key.startswith("words.")} == used
    for language in LANGUAGES:
        said = catalogue(language)
        assert said.keys() == english.keys()
        assert {key: facts(said[key]) for key in said} == {
            key: facts(english[key]) for key in english
        }


def test_the_pages_speak_the_browsers_language_or_the_one_that_was_chosen(
    accounts: Accounts,
) -> None:
    home = accounts.found()
    client, _ = signed_in(accounts, home)
    with contextlib.closing(client):
        for accepted, says in (("de-AT,en;q=0.5", "Tarif und Speicher"), ("fr, en", "Plan and")):
            answer = client.get("/plan", headers={"Accept-Language": accepted})
            assert says in answer.text
        chosen = client.get("/language/de?next=/plan%23computers")
        assert chosen.headers["Location"] == "/plan#computers"
        answer = client.get("/plan", headers={"Accept-Language": "en"})
        assert answer.headers["Content-Language"] == "de"
        assert '<html lang="de">' in answer.text
        assert "1,1\u00a0GB sind frei" in answer.text
        assert client.get("/language/xx?next=//evil.example").headers["Location"] == "/plan"
        assert "Hier ist nichts" in client.get("/join/nonsense").text
        # Mails are in the language that was chosen last.
        accounts.sign_in(home, "Study PC")
        accounts.clock.advance(6 * 86400)
        accounts.settle()
        assert letters_to(accounts, home) == ["Study PC: 6 Tage ohne vollständige Sicherung"]


def letters_to(accounts: Accounts, home: Home) -> list[str]:
    """Their subjects."""
    files = (file.read_bytes() for file in accounts.mails.iterdir())
    mails = [email.message_from_bytes(file, policy=email.policy.default) for file in files]
    mine = [str(mail["Subject"]) for mail in mails if mail["To"] == home.email]
    return [one.replace("\u00a0", " ") for one in mine]


def test_what_is_put_in_is_no_markup() -> None:
    said = Texts("de").say("device.let", name="<b>PC</b> {x}")
    assert said == "&lt;b&gt;PC&lt;/b&gt; {x} hereinlassen?"


def test_the_pages_have_the_colours_of_the_program() -> None:
    file = resources.files("backupclient.account_server.pages").joinpath("static/plainkeep.css")
    light, dark = file.read_text(encoding="utf-8").split("@media (prefers-color-scheme: dark)")
    for text, colours in ((light, tokens.LIGHT), (dark.partition("* {")[0], tokens.DARK)):
        told = dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6})", text))
        flat = {
            name.replace("_", "-"): value
            for name, value in colours._asdict().items()
            if isinstance(value, str)
        }
        for name in ("safe", "waiting", "attention", "problem"):
            tone = getattr(colours, name)
            flat |= {name: tone.strong, f"{name}-soft": tone.soft}
        assert told.items() <= flat.items()

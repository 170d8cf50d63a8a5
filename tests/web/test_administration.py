from riskapp.domain.authority import Role
from riskapp.services.work import Office
from riskapp.storage.log import latest_entry
from tests.web.conftest import PASSWORD, SignedIn
from tests.web.page_client import PageClient

GRACE = {
    "display_name": "Grace Hopper",
    "sign_in_name": "grace",
    "roles": ["assessor"],
    "password": "a long first pass phrase",
}


def add_grace(client: PageClient) -> str:
    client.get("/users/new")
    return client.post("/users/new", GRACE).location


def newest_action(office: Office) -> str:
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry
    return entry.action


def test_an_administrator_adds_a_user_who_can_sign_in(signed_in: SignedIn, visitor: PageClient) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    page = client.get(add_grace(client))
    assert page.heading == "Grace Hopper"
    assert page.notices == ["Grace Hopper is added and can sign in as grace."]
    assert "Grace Hopper" in client.get("/users").words
    visitor.get("/sign-in")
    visitor.post("/sign-in", {"name": "grace", "password": GRACE["password"]})


def test_an_administrator_sees_which_certificate_seals_and_takes_it_along(
    office: Office, signed_in: SignedIn
) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    page = client.get("/users")
    assert "Documents are sealed with the certificate of CN=riskapp, which holds until" in page.words
    assert office.seal.certificate().fingerprint in page.words
    answer = client.get(page.link("Certificates to hand out (PEM)")).response
    assert answer.get_data(as_text=True) == office.seal.certificate().pem
    assert answer.headers["Content-Disposition"] == "attachment; filename=seal-certificates.pem"


def test_a_form_with_problems_keeps_what_was_typed(signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    client.get("/users/new")
    page = client.post("/users/new", {**GRACE, "sign_in_name": "", "password": "short"}, status=422)
    assert len(page.problems) == 2
    assert page.value("display_name") == "Grace Hopper"
    assert [box.get("value") for box in page.all("input", name="roles", checked="")] == ["assessor"]
    assert page.all("title")[0].text == "Error: Add a user – riskapp"  # noqa: RUF001 (the dash of the title)


def test_two_users_cannot_share_a_sign_in_name(signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    add_grace(client)
    client.get("/users/new")
    page = client.post("/users/new", GRACE, status=422)
    assert len(page.problems) == 1
    assert "grace" in page.problems[0]


def test_a_name_is_corrected_and_the_log_holds_none(office: Office, signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    address = add_grace(client)
    page = client.post(f"{address}/name", {"display_name": "Grace\nHopper"}, status=422)
    assert page.problems == ["The name holds a line break or a control character; write it on one line"]
    page = client.get(client.post(f"{address}/name", {"display_name": " Grace B. Hopper "}).location)
    assert page.heading == "Grace B. Hopper"
    with office.reading() as connection:
        entry = latest_entry(connection)
    assert entry
    assert entry.action == "user.name-corrected"
    assert "Hopper" not in str(entry.body)
    client.post(f"{address}/deactivate", {})
    page = client.post(f"{address}/name", {"display_name": "Somebody Else"}, status=409)
    assert "A closed account keeps its name" in page.words


def test_roles_change_from_the_next_page_on(signed_in: SignedIn, visitor: PageClient) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    address = add_grace(client)
    visitor.get("/sign-in")
    visitor.post("/sign-in", {"name": "grace", "password": GRACE["password"]})
    visitor.get("/users", status=403)
    client.get(address)
    changed = client.post(f"{address}/roles", {"roles": ["auditor", "administrator"]})
    assert client.follow(changed).notices == ["The roles of Grace Hopper are now: administrator, auditor."]
    visitor.get("/users")


def test_a_role_that_does_not_exist_is_refused(signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    address = add_grace(client)
    client.get(address)
    page = client.post(f"{address}/roles", {"roles": ["owner"]}, status=422)
    assert page.problems == ["'owner' is not a role; choose from the list"]


def test_a_new_password_replaces_the_old_one(signed_in: SignedIn, visitor: PageClient) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    address = add_grace(client)
    client.get(address)
    client.post(f"{address}/password", {"password": "short"}, status=422)
    client.post(f"{address}/password", {"password": "quite another pass phrase"})
    visitor.get("/sign-in")
    visitor.post("/sign-in", {"name": "grace", "password": GRACE["password"]}, status=422)
    visitor.post("/sign-in", {"name": "grace", "password": "quite another pass phrase"})


def test_whoever_is_deactivated_is_signed_out_and_stays_out(
    signed_in: SignedIn, visitor: PageClient, office: Office
) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    address = add_grace(client)
    visitor.get("/sign-in")
    visitor.post("/sign-in", {"name": "grace", "password": GRACE["password"]})
    assert client.get(f"{address}/deactivate").heading == "Deactivate Grace Hopper?"
    page = client.follow(client.post(f"{address}/deactivate"))
    assert newest_action(office) == "user.deactivated"
    assert page.notices == ["Grace Hopper can no longer sign in."]
    visitor.get("/", status=302)
    visitor.get("/sign-in")
    visitor.post("/sign-in", {"name": "grace", "password": GRACE["password"]}, status=422)


def test_a_user_who_does_not_exist_is_not_found(signed_in: SignedIn) -> None:
    page = signed_in(Role.ADMINISTRATOR).get("/users/nobody", status=404)
    assert page.heading == "There is no such page"
    assert "nobody" in page.words


def test_every_change_of_a_user_is_in_the_log(signed_in: SignedIn, office: Office) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    address = add_grace(client)
    assert newest_action(office) == "user.added"
    client.get(address)
    client.post(f"{address}/roles", {"roles": []})
    assert newest_action(office) == "user.roles-changed"
    client.post(f"{address}/password", {"password": PASSWORD})
    assert newest_action(office) == "user.password-set"

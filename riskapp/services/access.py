"""What the log keeps of a refused request."""

from riskapp.domain.authority import Actor
from riskapp.services.work import Office


def record_refusal(office: Office, actor: Actor, *, place: str, path: str) -> None:
    """Record that a signed-in person asked for something that their roles do not open.

    `place` is the name of the view, `path` the address without its query.
    """
    with office.work(actor) as unit:
        unit.record(
            "access.refused",
            subject=("page", place[:64]),
            path=path[:400],
            roles=sorted(role.value for role in actor.roles),
        )
        unit.commit()

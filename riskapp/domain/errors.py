"""What can go wrong in the product, as facts: one place per floor turns them into words for its reader."""

from dataclasses import dataclass, field


class ProductError(Exception):
    """Base of every refusal that a user is to be told about.

    The message says what happened, to which thing, and what to do next.
    """


@dataclass(eq=False)
class NotFoundError(ProductError):
    """Nothing of this kind stands under this id."""

    kind: str
    id: str

    def __str__(self) -> str:
        """Say which thing is missing and what to do."""
        return f"There is no {self.kind} {self.id!r}. Check the address, or find it through the lists."


@dataclass(eq=False)
class ForbiddenError(ProductError):
    """The actor may not do this; the message says who may."""

    message: str

    def __str__(self) -> str:
        """Return the message as it stands."""
        return self.message


@dataclass(eq=False)
class ConflictError(ProductError):
    """The thing has changed since the actor saw it, or is past the stage for this act."""

    message: str
    current: object = None

    def __str__(self) -> str:
        """Return the message as it stands."""
        return self.message


@dataclass(eq=False)
class InvalidError(ProductError):
    """The input does not fit: one message per field, and what was typed is kept by the caller.

    `fields` maps the name of a form field, or a path in a file, to a message.
    """

    fields: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        """Join the messages, each after its field."""
        return "; ".join(f"{name}: {message}" for name, message in self.fields.items())

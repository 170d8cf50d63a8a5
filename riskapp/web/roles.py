"""What each role comes to do, in one line: for administrators who give roles and for those who hold them."""

from riskapp.domain.authority import Role

ROLE_WORK = {
    Role.ASSESSOR: "Fills in an own score sheet, criterion by criterion, with rationale and evidence.",
    Role.LEAD_ASSESSOR: "Keeps candidates, contexts and facts; opens assessments and chooses who scores.",
    Role.APPROVER: "Decides on submitted assessments, never on one that they scored.",
    Role.PROCUREMENT: "Compares candidates and downloads reports of what was decided; sees no drafts.",
    Role.AUDITOR: "Reads everything that is stored, and the log; changes nothing.",
    Role.RUBRIC_OWNER: "Reads every release; new ones are published from files, by riskapp rubric.",
    Role.ADMINISTRATOR: "Adds users, gives roles and sets passwords; changes no assessment.",
}


def choices() -> list[tuple[str, str, str]]:
    """Return the roles for a form: value, name, what the role does."""
    return [(role.value, role.value.replace("-", " ").capitalize(), work) for role, work in ROLE_WORK.items()]

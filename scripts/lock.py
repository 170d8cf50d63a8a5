"""Resolve the dependencies for every supported Python; write both lock files, with hashes, without hosts."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = {
    "requirements.lock": ["--group", "build"],
    "requirements-dev.lock": ["--group", "build", "--group", "dev", "--all-extras"],
}


def main() -> None:
    """Write the lock files; raises CalledProcessError where the dependencies do not resolve."""
    for name, options in LOCKS.items():
        command = [
            sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml",
            "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--quiet",
            "--no-emit-index-url", *options, "--output-file", name,
        ]  # fmt: skip
        subprocess.run(command, cwd=ROOT, check=True)
        print(f"wrote {name}")


if __name__ == "__main__":
    main()

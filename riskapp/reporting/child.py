"""The process that makes one PDF: its content on standard input, PDF on standard output, a record on error.

`python -m riskapp.reporting.child PROCESSOR_SECONDS MEMORY_BYTES OUTPUT_BYTES`
"""

import ctypes
import gc
import json
import resource
import sys


def _confine(processor_seconds: int, memory: int, *, output: int) -> None:
    """Set the limits that the kernel holds for the rest of this process's life."""
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def leave_network() -> bool:
    """Move into a network of its own that has nothing in it; return whether the kernel permitted that.

    It is for Linux, where a process with the right, or one that may make a user namespace, can do so. The
    fetcher opens no address anyway: this holds where the fetcher, or a library below it, were broken.
    """
    if sys.platform != "linux":
        return False
    unshare = ctypes.CDLL(None).unshare
    return bool(unshare(_NEW_NETWORK) == 0 or unshare(_NEW_USER | _NEW_NETWORK) == 0)


_NEW_USER, _NEW_NETWORK = 0x1000_0000, 0x4000_0000


def _record(values: dict[str, object]) -> None:
    sys.stderr.write(json.dumps(values) + "\n")


def main(arguments: list[str]) -> int:
    """Render and return the exit code: 0, or 1 with the failure in words on standard error."""
    processor_seconds, memory, output = (int(each) for each in arguments)
    leave_network()
    _confine(processor_seconds, memory, output=output)
    gc.disable()  # one document and out: a fifth less time for some memory
    parcel = sys.stdin.buffer.read()
    try:
        from riskapp.reporting.document import DocumentError, make_document
        from riskapp.reporting.enclosures import unpacked
    except (ImportError, OSError) as missing:
        _record({"failure": f"WeasyPrint cannot be loaded ({missing}); see docs/operations.md."})
        return 1
    try:
        document = make_document(*unpacked(parcel))
    except (MemoryError, SystemError):  # a C library without memory may return without an exception
        _record({"failure": f"it needs more than {memory // 2**20} MB of memory."})
        return 1
    except DocumentError as refused:
        _record({"refused": str(refused)})
        return 1
    except Exception as fault:  # noqa: BLE001 - whatever breaks in there, the reader needs its name
        _record({"failure": f"the renderer broke ({type(fault).__name__}: {str(fault)[:300]})."})
        return 1
    if len(document.pdf) > output:
        _record({"failure": f"the PDF has more than {output // 2**20} MB."})
        return 1
    sys.stdout.buffer.write(document.pdf)
    _record({"pages": document.pages, "toolchain": document.toolchain})
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

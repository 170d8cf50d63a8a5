"""What the process that makes a report cannot do, whatever its libraries would do."""

import socket
import subprocess
import sys

PROGRAM = """
import socket, sys
from riskapp.reporting.child import leave_network
print(leave_network())
try:
    socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=5)
    print("connected")
except OSError:
    print("nobody there")
"""


def test_where_the_kernel_permits_it_the_renderer_has_no_network_not_even_its_own_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = str(listener.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, port], check=True, capture_output=True, text=True
        )
    assert done.stdout.split("\n")[:2] in (["True", "nobody there"], ["False", "connected"])

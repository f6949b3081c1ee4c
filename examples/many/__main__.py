"""Many associations in one stack. `make bench` measures this program."""

import sys
from pathlib import Path

import pulumi

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from components import ServerConnection, ServerConnectionArgs

config = pulumi.Config()
certificate = Path(config.require("certificate"))
for number in range(1, config.require_int("count") + 1):
    connection = ServerConnection(
        f"mimecast-{number}",
        ServerConnectionArgs(
            certificates={certificate.name: certificate.read_text()},
            display_name=f"Mimecast O365 Server Connection {number}",
            owners=config.get_object("owners") or [],
            guard=config.require("guard"),
        ),
    )
    pulumi.export(f"clientId{number}", connection.client_id)

"""A mail server that stores messages: mail.py FOLDER PORT.

Each message is stored as NUMBER.NODE.eml, with the node that sent it. While FOLDER/hold contains an
address, the server does not respond to mail for that address, and FOLDER/held contains the node that waits.
"""

import asyncio
import itertools
import pathlib
import sys

from aiosmtpd.smtp import SMTP

folder, port = pathlib.Path(sys.argv[1]), int(sys.argv[2])


class Storing:
    numbers = itertools.count(1)

    async def handle_RCPT(self, server, session, envelope, address, options):
        node = envelope.mail_from.partition("@")[0]
        hold = folder / "hold"
        while hold.exists() and hold.read_text().strip() == address:
            (folder / "held").write_text(node)
            await asyncio.sleep(0.1)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        node = envelope.mail_from.partition("@")[0]
        path = folder / f"{next(self.numbers):04}.{node}"
        path.write_bytes(envelope.original_content)
        path.rename(path.with_name(path.name + ".eml"))
        return "250 2.0.0 taken"


async def main():
    handler = Storing()
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(handler, enable_SMTPUTF8=True), "127.0.0.1", port
    )
    await server.serve_forever()


asyncio.run(main())

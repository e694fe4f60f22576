"""A mail server for the tests: stores each message that it takes as a file.

Usage: smtp_server.py FOLDER [CERTIFICATE KEY]. Prints "port N" when it listens (on 127.0.0.1, over
TLS from the first byte if it has a certificate). What it does with a recipient is in its name.
Reads orders from standard input, a line each: "hang up" closes every connection, "connections"
says how many there have been. It ends with its standard input. With SMTP_PASSWORD set it takes
mail only from those who sign in with it, by LOGIN. SMTP_OFFERS names extensions: without 8BITMIME it
takes messages of ASCII alone, with SMTPUTF8 any address.
"""

import asyncio
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult


OFFERS = os.environ.get("SMTP_OFFERS", "8BITMIME").split()


class Storing:
    def __init__(self, folder):
        self.folder = folder
        self.taken = 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        session.host_name = hostname
        return [line for line in responses if "8BITMIME" not in line or "8BITMIME" in OFFERS]

    async def handle_RCPT(self, server, session, envelope, address, options):
        name = address.partition("@")[0]
        if name == "greylisted":
            return f"451 4.7.1 <{address}> is new here, try again later"
        if name == "unknown":
            return f"550 5.1.1 <{address}> is not known here"
        if name == "slow":
            await asyncio.sleep(3600)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        if envelope.rcpt_tos[0].startswith("choosy@"):
            return f"554 5.6.0 not for {envelope.rcpt_tos[0]}"
        self.taken += 1
        if "8BITMIME" not in OFFERS and not envelope.original_content.isascii():
            return "554 5.6.1 8BITMIME was not offered"
        head = f"X-Envelope: {session.host_name} {envelope.mail_from} {envelope.rcpt_tos[0]}\r\n"
        head += f"X-Options: {' '.join(envelope.mail_options)}\r\n"
        path = os.path.join(self.folder, f"{self.taken:06}")
        with open(path + ".part", "wb") as file:
            file.write(head.encode() + envelope.original_content)
        os.rename(path + ".part", path + ".eml")
        return "250 2.0.0 taken"


async def main():
    handler = Storing(sys.argv[1])
    tls = None
    if len(sys.argv) > 2:
        tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        tls.load_cert_chain(sys.argv[2], sys.argv[3])
    seen = []
    settings = {"enable_SMTPUTF8": "SMTPUTF8" in OFFERS}
    if password := os.environ.get("SMTP_PASSWORD"):
        settings |= {
            "authenticator": lambda server, session, envelope, way, data: AuthResult(
                success=data.password == password.encode(), handled=False
            ),
            "auth_required": True,
            "auth_require_tls": False,
            "auth_exclude_mechanism": ["PLAIN"],
        }

    class Connection(SMTP):
        def connection_made(self, transport):
            super().connection_made(transport)
            seen.append(self)

    loop = asyncio.get_running_loop()
    port = int(os.environ.get("SMTP_PORT", "0"))
    server = await loop.create_server(
        lambda: Connection(handler, **settings), "127.0.0.1", port, ssl=tls
    )
    print("port", server.sockets[0].getsockname()[1], flush=True)
    orders = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    while order := await orders.readline():
        if order == b"hang up\n":
            for connection in seen:
                if connection.transport:
                    connection.transport.abort()
            print("done", flush=True)
        elif order == b"connections\n":
            print(len(seen), flush=True)
    os._exit(0)


asyncio.run(main())

"""Prints free ports of 127.0.0.1 for which the port 10,000 above is also free: ports.py COUNT."""

import random
import socket
import sys

held = []
for number in random.sample(range(10_240, 22_000), 2_000):
    try:
        pair = [socket.create_server(("127.0.0.1", port)) for port in (number, number + 10_000)]
    except OSError:
        continue
    held.append((number, pair))
    if len(held) == int(sys.argv[1]):
        break
print(*(number for number, _ in held))

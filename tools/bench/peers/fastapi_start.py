"""`uvicorn fastapi_service:app` on PORT with WORKERS processes.

With several processes uvicorn opens the socket itself, as one for which nobody switches Nagle's algorithm off: the end
of each answer then waits for the client's delayed acknowledgement, 40 ms. That says nothing of the peer's speed, so it
is switched off here.
"""
import socket
import sys

from uvicorn import Config, Server
from uvicorn.supervisors import Multiprocess


def main(port, workers):
    config = Config(
        'fastapi_service:app', host='127.0.0.1', port=port, workers=workers, log_level='error', access_log=False)
    if workers == 1:
        Server(config).run()
        return
    listening = config.bind_socket()
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    Multiprocess(config, sockets=[listening]).run()


# Its workers import this file again.
if __name__ == '__main__':
    main(int(sys.argv[1]), int(sys.argv[2]))

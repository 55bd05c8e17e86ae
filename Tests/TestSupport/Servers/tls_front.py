"""A proxy that ends TLS, as stands before a server: passes everything on as it comes to the port of this machine that a file names.

usage: tls_front.py FILE
"""

import socket
import sys
import threading

import stand_in


def pass_on(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
    except OSError:
        pass
    finally:
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


def serve(connection):
    try:
        inside = context.wrap_socket(connection, server_side=True)
        with open(sys.argv[1]) as file:
            upstream = socket.create_connection(("127.0.0.1", int(file.read())))
    except (OSError, ValueError):
        connection.close()
        return
    threading.Thread(target=pass_on, args=(upstream, inside), daemon=True).start()
    pass_on(inside, upstream)


context, authority = stand_in.certificate()
listener = socket.create_server(("127.0.0.1", 0))
stand_in.tell(port=listener.getsockname()[1], authority=authority)


def accept():
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


threading.Thread(target=accept, daemon=True).start()
stand_in.wait_for_end()

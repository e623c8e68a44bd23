"""Starts moto with two corrections, so that it behaves like S3.

Conditional writes are atomic. Unmodified moto checks the condition, reads and hashes the body, and stores it without a lock.
A request that ends within its headers is refused. Unmodified, the server of Python accepts it without its condition and without a body.
"""
import http.client
import io
import sys
import threading

from moto.server import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import run_simple

application = DomainDispatcherApplication(create_backend_app)
turn = threading.Lock()
parse_headers = http.client.parse_headers


def parse_whole_headers(connection, *args, **kwargs):
    lines = []
    while not lines or lines[-1] not in (b"\r\n", b"\n"):
        lines.append(connection.readline())
        if not lines[-1]:
            raise http.client.HTTPException("The request ended within its head.")
    return parse_headers(io.BytesIO(b"".join(lines)), *args, **kwargs)


def serve(environ, start_response):
    # Read the body before taking the lock, so that a stalled client does not block the others.
    if environ.get("HTTP_TRANSFER_ENCODING") != "chunked":
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    with turn:
        return list(application(environ, start_response))


http.client.parse_headers = parse_whole_headers
run_simple("127.0.0.1", int(sys.argv[1]), serve, threaded=True)

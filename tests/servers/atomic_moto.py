"""Starts moto so that two things are as on S3.

Conditional writes are atomic: moto itself checks a condition, then reads and hashes the body, then stores, with nothing in between.
A request that ends within its head is refused: Python's server takes such a head for whole, without its condition and without a body.
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
    # The body is read before the turn is taken, so that a client that stalls holds up nobody.
    if environ.get("HTTP_TRANSFER_ENCODING") != "chunked":
        environ["wsgi.input"] = io.BytesIO(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    with turn:
        return list(application(environ, start_response))


http.client.parse_headers = parse_whole_headers
run_simple("127.0.0.1", int(sys.argv[1]), serve, threaded=True)

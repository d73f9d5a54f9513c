"""A server on this machine that serves an archive well, badly, or not at all."""

import contextlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@contextlib.contextmanager
def serve(content, behavior="well"):
    """Yield the URL of `content`; `behavior` says what the server does when asked for it.

    "well" sends it; a number answers with that HTTP status; "cut" announces all and sends half;
    "stall" sends half and falls silent; "silent" accepts the connection and never answers.
    """
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if behavior == "silent":
                over.wait()
                return
            if isinstance(behavior, int):
                self.send_error(behavior)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content if behavior == "well" else content[: len(content) // 2])
            self.wfile.flush()
            if behavior == "stall":
                over.wait()

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/archive.tar.gz"
    finally:
        over.set()
        server.shutdown()
        server.server_close()

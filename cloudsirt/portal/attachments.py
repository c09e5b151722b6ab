"""Files from outside, given out again: to be saved, never to be shown or run by the browser."""

import io

from flask import Response, send_file


def attachment(name: str, media_type: str, content: bytes) -> Response:
    """A file as a download; `name` as it was accepted (RFC 6266 §4.1, with RFC 8187 for others)."""
    response = send_file(
        io.BytesIO(content), mimetype=media_type, as_attachment=True, download_name=name
    )
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response

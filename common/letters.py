"""How the HTML of a message is shown inside a page."""

LETTER = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],  # mail knows no other style; nothing else may load or run in it
    "img-src": ["data:"],
    "frame-ancestors": ["'self'"],
    "sandbox": True,
}

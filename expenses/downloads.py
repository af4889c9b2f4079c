from django.core.files.storage import default_storage
from django.http import FileResponse, Http404

from expenses.kinds_of_paper import SHOWN_INLINE
from expenses.models import Attachment

NOTHING_RUNS = "default-src 'none'; sandbox"


def sent(paper: Attachment) -> FileResponse:
    """The file itself: a picture to be looked at, all else to be kept. Nothing in it is run, and no cache shares it."""
    try:
        file = default_storage.open(paper.file)
    except FileNotFoundError as error:
        raise Http404("This file is gone from the store.") from error
    is_shown = paper.content_type in SHOWN_INLINE
    response = FileResponse(file, as_attachment=not is_shown, filename=paper.filename, content_type=paper.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = NOTHING_RUNS
    response["Cache-Control"] = "private, no-store"
    return response

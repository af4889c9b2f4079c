class IdConverter:
    """An id in a path: a whole number above 0 that every database can look up."""

    regex = "[1-9][0-9]{0,14}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)

"""DB2's SQL in Derby's spelling, just before it goes to the driver. Nothing else of the backend is changed for Derby."""

import re

SPELLING: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.DOTALL), derbys)
    for pattern, derbys in (
        (r" ORGANIZE BY ROW$", ""),
        (r", CACHE 10 ORDER\)", ")"),
        (r"\bLIMIT (\d+) OFFSET (\d+)", r"OFFSET \2 ROWS FETCH NEXT \1 ROWS ONLY"),
        (r"\bLIMIT (\d+)", r"FETCH FIRST \1 ROWS ONLY"),
        (r"SYSIBM\.DUAL", "SYSIBM.SYSDUMMY1"),
        (r" WITH RS USE AND KEEP UPDATE LOCKS", " WITH RS"),
        (r'^ALTER TABLE ("[^"]+") RENAME COLUMN ("[^"]+") TO', r"RENAME COLUMN \1.\2 TO"),
        (r'^(ALTER TABLE .* ALTER COLUMN "[^"]+") SET NOT NULL', r"\1 NOT NULL"),
        (r'^(ALTER TABLE .* ALTER COLUMN "[^"]+") DROP NOT NULL', r"\1 NULL"),
        (r"^SELECT TABNAME FROM SYSIBMADM.*", "SELECT 'x' FROM SYSIBM.SYSDUMMY1 WHERE 1=0"),  # Derby never asks for a REORG
        (r"\(CURRENT TIMESTAMP - CURRENT TIMEZONE\)", "CURRENT_TIMESTAMP"),  # its clock is set to UTC
        (r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)::date", r"DATE(\1)"),
        (r"DATE_TRUNC\('month', ((?:[^()]|\([^()]*\))+?)\)", r"TIMESTAMP(SUBSTR(CHAR(DATE(\1)), 1, 8) || '01 00:00:00')"),
        (r"DATE_TRUNC\('year', ((?:[^()]|\([^()]*\))+?)\)", r"TIMESTAMP(SUBSTR(CHAR(DATE(\1)), 1, 5) || '01-01 00:00:00')"),
        (r"DATE_TRUNC\('day', ((?:[^()]|\([^()]*\))+?)\)", r"TIMESTAMP(CHAR(DATE(\1)) || ' 00:00:00')"),
        (r"DATE_TRUNC\('(\w+)', ((?:[^()]|\([^()]*\))+?)\)", r"DB2_TRUNC('\1', DATE(\2))"),
        (r'\b(QUARTER|DAYOFWEEK|DAYOFWEEK_ISO|WEEK_ISO)\(("[^()]+")\)', r"\1(DATE(\2))"),
        (r"(REGEXP_LIKE\([^()]+\))", r"(\1 = 1)"),
        (r"\bSUBSTRING\(", "SUBSTR("),
        (r"^(CREATE UNIQUE INDEX [^(]*\((?:\"\w+\"(?:, )?)+\)) EXCLUDE NULL KEYS$", r"\1"),
    )
)
OVER_EXPRESSIONS = re.compile(r'^CREATE (UNIQUE )?INDEX "(?P<name>[^"]+)" ON "[^"]+" \((?:CASE |\()')


LITERAL = re.compile(r"'(?:[^']|'')*'")


def in_derbys_spelling(sql: str) -> str:
    """Quoted texts stay what they are; the words that DATE_TRUNC takes are read."""
    texts: list[str] = []

    def put_aside(found: re.Match[str]) -> str:
        if found[0].strip("'").isalpha():
            return found[0]
        texts.append(found[0])
        return f"'@{len(texts) - 1}'"

    sql = LITERAL.sub(put_aside, sql)
    for pattern, derbys in SPELLING:
        sql = pattern.sub(derbys, sql)
    return re.sub(r"'@(\d+)'", lambda found: texts[int(found[1])], _without_rounding(sql))


def _without_rounding(sql: str) -> str:
    """Derby has no ROUND, and needs none here: its decimals add up exactly."""
    while (begin := sql.find("ROUND(")) >= 0:
        depth, end = 1, begin + len("ROUND(")
        while depth:
            depth += {"(": 1, ")": -1}.get(sql[end], 0)
            end += 1
        rounded, _, _ = sql[begin + len("ROUND(") : end - 1].rpartition(",")
        sql = f"{sql[:begin]}({rounded}){sql[end:]}"
    return sql


def index_over_expressions(sql: str) -> str:
    """The name of an index that Derby cannot have: it indexes columns only."""
    found = OVER_EXPRESSIONS.match(sql)
    return found["name"] if found else ""

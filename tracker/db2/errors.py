"""DB2's errors by their SQLSTATE: the driver puts a deadlock among the programmer's mistakes."""

import re

import ibm_db_dbi

TRY_AGAIN = {"40001", "57033"}  # deadlock or time-out, rolled back; the same, not rolled back


def sqlstate(error: BaseException) -> str:
    found = re.search(r"SQLSTATE=(\w{5})", str(error))
    return found[1] if found else ""


def classified(error: ibm_db_dbi.Error) -> ibm_db_dbi.Error:
    """The error that Django shall see, which knows its `sqlstate`."""
    state = sqlstate(error)
    kind = ibm_db_dbi.OperationalError if state in TRY_AGAIN else type(error)
    told = kind(*error.args)
    told.sqlstate = state
    return told

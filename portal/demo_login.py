"""The log-in of the sample shop, which `make run` prints. A machine of one's own only."""

EMAIL = "ines@marlow.example"
PASSWORD = "tillbook-sample"  # noqa: S105

"""A small file like the published one, with each of its oddities; made anew by the tests that read it."""

import gzip
import io
import random
from collections.abc import Iterator
from datetime import datetime, timedelta

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
ODD = """\
C536379,D,Discount,-1.0,2010-12-01 09:41:00,27.5,14527,United Kingdom
536414,22139,,56.0,2010-12-01 11:52:00,0.0,,United Kingdom
536589,21777,,-10.0,2010-12-01 16:50:00,0.0,,United Kingdom
536540,C2,CARRIAGE,1.0,2010-12-01 14:05:00,50.0,14911,EIRE
536592,DOT,DOTCOM POSTAGE,1.0,2010-12-01 17:06:00,607.49,,United Kingdom
536592,22423,REGENCY CAKESTAND 3 TIER,1.0,2010-12-01 17:07:00,0.0,,United Kingdom
536592,22423,REGENCY CAKESTAND 3 TIER,2.0,2010-12-01 17:06:00,25.49,,United Kingdom
536592,22423,REGENCY CAKESTAND 3 TIER,2.0,2010-12-01 17:06:00,25.49,,United Kingdom
C537600,AMAZONFEE,AMAZON FEE,-1.0,2010-12-07 12:41:00,1.0,,United Kingdom
C540696,BANK CHARGES,Bank Charges,-1.0,2011-01-11 09:56:00,15.0,,United Kingdom
A563185,B,Adjust bad debt,1.0,2011-08-12 14:50:00,11062.06,,United Kingdom
A563186,B,Adjust bad debt,1.0,2011-08-12 14:51:00,-11062.06,,United Kingdom
550000,22423,REGENCY CAKESTAND 3 TIER,-3.0,2011-04-14 10:00:00,12.75,,United Kingdom
C550001,22423,REGENCY CAKESTAND 3 TIER,3.0,2011-04-14 10:00:00,12.75,17850,United Kingdom
C550002,22423,REGENCY CAKESTAND 3 TIER,-3.0,2011-04-14 10:00:00,12.75,17850,United Kingdom
536365,gift_0001_20,Dotcomgiftshop Gift Voucher £20.00,1.0,2010-12-01 08:26:00,16.67,17850,United Kingdom
"""


def odd_file() -> io.BytesIO:
    return io.BytesIO(f"{HEADER}\n{ODD}".encode())


def many_lines(invoices: int, seed: int = 7) -> Iterator[str]:
    dice = random.Random(seed)
    moment = datetime(2010, 12, 1, 8, 0)  # noqa: DTZ001  (the file has no zones)
    for number in range(536365, 536365 + invoices):
        moment += timedelta(minutes=dice.randint(1, 30))
        is_return = dice.random() < 0.1
        customer = dice.choice(["", "17850", "13047", "12583"])
        for _ in range(dice.randint(1, 12)):
            code, quantity = dice.randint(20000, 20099), dice.randint(1, 24) * (-1 if is_return else 1)
            price = dice.choice(["0.85", "2.55", "4.25", "12.75", "0.0"])
            yield f"{'C' if is_return else ''}{number},{code},THING {code},{quantity}.0,{moment},{price},{customer},France"


def packed(invoices: int, seed: int = 7) -> bytes:
    """A .csv.gz of so many invoices."""
    return gzip.compress("\n".join([HEADER, *many_lines(invoices, seed)]).encode())

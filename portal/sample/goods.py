"""What the sample shop sells. One line a product: name; price; cost; pull (how often it is in a basket)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

SHELVES = """
# Bread and cakes; BRD; 0; 6
Sourdough loaf; 4.20; 1.90; 30
Seeded bloomer; 3.60; 1.60; 20
Baguette; 1.95; 0.80; 26
Rye loaf; 3.90; 1.85; 9
Focaccia; 4.50; 2.10; 8
Bath bun; 1.80; 0.75; 12
Eccles cake; 1.95; 0.80; 9
Cheese scone; 2.10; 0.90; 11
Lemon drizzle slice; 2.75; 1.20; 8
Carrot cake slice; 2.95; 1.30; 7

# Dairy and eggs; DRY; 0; 8
Whole milk 1 l; 1.45; 0.92; 34
Semi-skimmed milk 1 l; 1.45; 0.92; 26
Oat drink 1 l; 2.10; 1.32; 12
Salted butter 250 g; 2.85; 1.80; 15
Double cream 300 ml; 1.95; 1.15; 7
Greek yoghurt 500 g; 2.95; 1.75; 9
Free-range eggs, six; 2.60; 1.62; 24
Mature Cheddar 200 g; 3.95; 2.40; 12
Wensleydale 200 g; 4.10; 2.55; 5
Soft goat's cheese 125 g; 3.85; 2.35; 5
Blue Stilton 200 g; 4.25; 2.60; 5
Halloumi 225 g; 3.45; 2.05; 6

# Fruit and vegetables; FRV; 0; 10
Bramley apples 1 kg; 2.40; 1.20; 9
Cox apples 1 kg; 2.60; 1.30; 11
Bananas, five; 1.35; 0.70; 17
Lemons, four; 1.60; 0.80; 9
Cherry tomatoes 250 g; 1.85; 0.98; 12
Cucumber; 0.95; 0.48; 9
Maris Piper potatoes 2 kg; 2.30; 1.15; 10
Carrots 1 kg; 1.10; 0.52; 10
Red onions 1 kg; 1.25; 0.60; 9
Garlic bulb; 0.60; 0.25; 9
Chestnut mushrooms 250 g; 1.65; 0.85; 7
Watercress 85 g; 1.55; 0.80; 5

# Store cupboard; STC; 0; 6
Plain flour 1.5 kg; 1.85; 1.05; 7
Strong white flour 1.5 kg; 2.35; 1.30; 7
Golden caster sugar 500 g; 1.75; 1.05; 5
Porridge oats 1 kg; 2.15; 1.20; 8
Basmati rice 1 kg; 3.25; 1.95; 6
Spaghetti 500 g; 1.60; 0.85; 9
Penne 500 g; 1.60; 0.85; 7
Chopped tomatoes 400 g; 1.15; 0.62; 14
Chickpeas 400 g; 0.95; 0.50; 8
Butter beans 400 g; 0.95; 0.50; 6
Coconut milk 400 ml; 1.85; 1.05; 5
Extra virgin olive oil 500 ml; 8.95; 5.60; 5
Rapeseed oil 500 ml; 5.50; 3.30; 3
Cider vinegar 500 ml; 2.95; 1.60; 3
Sea salt flakes 250 g; 2.75; 1.50; 4
Black peppercorns 100 g; 3.45; 1.90; 3
Smoked paprika 75 g; 2.65; 1.40; 3

# Jars and preserves; JAR; 0; 5
Raspberry jam 340 g; 3.75; 2.10; 8
Seville marmalade 340 g; 3.75; 2.10; 8
Lemon curd 320 g; 3.95; 2.25; 6
Runny honey 340 g; 5.95; 3.60; 6
Heather honey 227 g; 7.50; 4.70; 3
Wholegrain mustard 180 g; 2.75; 1.50; 5
Piccalilli 290 g; 3.25; 1.80; 4
Caramelised onion chutney 290 g; 3.45; 1.90; 6
Pickled beetroot 340 g; 2.45; 1.30; 3
Peanut butter 280 g; 3.65; 2.10; 7
Tahini 300 g; 4.20; 2.50; 3
Basil pesto 165 g; 3.85; 2.20; 6

# Sweets and crisps; SWT; 20; 8
Sea salt crisps 150 g; 2.60; 1.35; 15
Cheese and onion crisps 150 g; 2.60; 1.35; 13
Vegetable crisps 100 g; 2.75; 1.45; 6
Salted almonds 150 g; 3.95; 2.30; 6
Milk chocolate 100 g; 3.25; 1.75; 12
Dark chocolate 70 % 100 g; 3.45; 1.85; 13
Orange chocolate 100 g; 3.45; 1.85; 6
Butter fudge 150 g; 4.25; 2.20; 6
Peppermint creams 125 g; 3.95; 2.05; 4
Liquorice 150 g; 2.75; 1.40; 3

# Tea and coffee; TEA; 0; 6
Breakfast tea, 80 bags; 4.25; 2.40; 10
Earl Grey, 50 bags; 3.95; 2.20; 7
Peppermint tea, 20 bags; 2.75; 1.45; 5
Loose Assam 125 g; 5.25; 3.00; 4
House espresso beans 250 g; 8.50; 5.10; 12
House espresso beans 1 kg; 29.00; 18.40; 3
Decaf ground coffee 227 g; 7.25; 4.30; 5
Single origin Ethiopia 250 g; 10.50; 6.60; 5
Drinking chocolate 250 g; 5.50; 3.10; 4

# Drinks; DRK; 20; 6
Cloudy apple juice 750 ml; 3.75; 2.05; 9
Elderflower pressé 750 ml; 3.95; 2.10; 9
Ginger beer 330 ml; 1.85; 0.95; 10
Sparkling water 750 ml; 1.65; 0.75; 10
Still cider 500 ml; 3.65; 2.00; 7
Pale ale 440 ml; 3.95; 2.35; 11
Stout 440 ml; 4.10; 2.45; 6
Sauvignon Blanc; 11.50; 7.40; 6
Rioja Crianza; 12.50; 8.10; 6
London dry gin 70 cl; 34.00; 23.50; 2

# House and cleaning; HSE; 20; 4
Washing-up liquid 500 ml; 2.95; 1.60; 6
Laundry liquid 1 l; 7.50; 4.40; 4
Dishcloths, three; 3.25; 1.60; 3
Kitchen roll, two; 3.10; 1.85; 7
Toilet roll, four; 3.45; 2.10; 9
Beeswax wraps, three; 9.95; 5.20; 2
Matches, large box; 1.75; 0.80; 4
Beeswax candle; 6.50; 3.30; 3
Lavender soap bar; 4.50; 2.20; 5

# Logs and kindling; FUE; 5; 6
Kiln-dried logs 20 l; 7.95; 4.90; 6
Kindling net; 5.50; 3.10; 5
Firelighters, 32; 3.95; 2.15; 4
Lumpwood charcoal 5 kg; 9.95; 6.20; 3

# Cards and gifts; GFT; 20; 4
Birthday card; 3.25; 1.35; 9
Thank-you card; 3.25; 1.35; 6
Gift wrap, two sheets; 3.50; 1.40; 5
Willow hamper basket; 24.00; 14.50; 1
Stoneware mug; 14.50; 7.60; 3
Brass oil lamp; 38.00; 17.50; 0
Pressed flower frame; 24.00; 11.20; 0
"""

# name; category; price; cost; pull; what it comes in
VARIANTS = (
    ("Canvas tote bag", "GFT", "9.50", "4.10", 2, {"Colour": ("Natural", "Navy", "Moss")}),
    ("Linen apron", "GFT", "28.00", "14.00", 1, {"Colour": ("Oatmeal", "Slate"), "Size": ("S", "M", "L")}),
)
PACKS = {"Chopped tomatoes 400 g": ("case", 12), "Pale ale 440 ml": ("case", 12), "Free-range eggs, six": ("tray", 10)}


@dataclass(frozen=True)
class Shelf:
    name: str
    code: str
    tax_rate: Decimal
    reorder_point: Decimal


@dataclass(frozen=True)
class Good:
    name: str
    shelf: Shelf
    price: Decimal
    cost: Decimal
    pull: int


def shelves() -> Iterator[tuple[Shelf, list[Good]]]:
    for block in SHELVES.strip().split("\n\n"):
        head, *lines = block.splitlines()
        name, code, rate, point = _parts(head.removeprefix("#"))
        shelf = Shelf(name, code, Decimal(rate), Decimal(point))
        yield shelf, [_good(shelf, line) for line in lines]


def barcode(number: int) -> str:
    """An EAN-13 of the range that shops may give out themselves."""
    digits = f"29{number:010d}"
    return digits + check_digit(digits)


def check_digit(digits: str) -> str:
    """The thirteenth digit of an EAN-13: weights 1 and 3 in turn, up to the next ten."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return str(-total % 10)


def _good(shelf: Shelf, line: str) -> Good:
    name, price, cost, pull = _parts(line)
    return Good(name, shelf, Decimal(price), Decimal(cost), int(pull))


def _parts(line: str) -> list[str]:
    return [part.strip() for part in line.split(";")]

from inventory.models.batch import Batch, BatchLevel, BatchMovement
from inventory.models.bulk_edit import BulkEdit, BulkEditRow, EditKind
from inventory.models.category import Category
from inventory.models.cost import CostCorrection, LandedCost, MovementCost
from inventory.models.location import Location
from inventory.models.movement import MovementKind, StockMovement
from inventory.models.product import Barcode, Pack, Product, StockState
from inventory.models.reservation import Reservation
from inventory.models.stock_level import StockLevel
from inventory.models.stocktake import Stocktake, StocktakeCount, StocktakeLine, StocktakeState

__all__ = [
    "Barcode",
    "Batch",
    "BatchLevel",
    "BatchMovement",
    "BulkEdit",
    "BulkEditRow",
    "Category",
    "CostCorrection",
    "EditKind",
    "LandedCost",
    "Location",
    "MovementCost",
    "MovementKind",
    "Pack",
    "Product",
    "Reservation",
    "StockLevel",
    "StockMovement",
    "StockState",
    "Stocktake",
    "StocktakeCount",
    "StocktakeLine",
    "StocktakeState",
]

from inventory.models.batch import Batch, BatchLevel, BatchMovement
from inventory.models.bulk_edit import BulkEdit, BulkEditRow, EditKind
from inventory.models.category import Category
from inventory.models.cost import CostCorrection, LandedCost, MovementCost
from inventory.models.location import Location, LocationKind
from inventory.models.movement import MovementKind, StockMovement
from inventory.models.product import Barcode, Pack, Product, ProductQuerySet, StockState
from inventory.models.reservation import Reservation
from inventory.models.stock_level import StockLevel
from inventory.models.stocktake import Stocktake, StocktakeCount, StocktakeLine, StocktakeState
from inventory.models.transfer import StockSeries, StockTransfer, StockTransferLine, TransferState

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
    "LocationKind",
    "MovementCost",
    "MovementKind",
    "Pack",
    "Product",
    "ProductQuerySet",
    "Reservation",
    "StockLevel",
    "StockMovement",
    "StockSeries",
    "StockState",
    "StockTransfer",
    "StockTransferLine",
    "Stocktake",
    "StocktakeCount",
    "StocktakeLine",
    "StocktakeState",
    "TransferState",
]

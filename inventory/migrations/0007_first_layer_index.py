from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inventory", "0006_reservations")]

    operations = [
        migrations.AddIndex(
            model_name="movementcost",
            index=models.Index(fields=["product", "came"], name="movement_cost_product_came"),
        )
    ]

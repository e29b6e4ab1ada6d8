"""How fast the program is: rows of measurements, beside QGIS where it is installed."""

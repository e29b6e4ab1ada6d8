"""chiiki-gis (地域GIS): the map part of a 特定居住促進計画, made offline."""

__version__ = "0.1.0"

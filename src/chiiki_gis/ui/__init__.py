"""Widgets, thin."""

"""The generator of the fictional town 澄原市 (架空): the same seed gives the same bytes."""

"""Drawing with QtCore and QtGui only."""

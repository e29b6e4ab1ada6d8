"""What the law asks of the plan."""

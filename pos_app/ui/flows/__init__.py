"""What happens when somebody presses or scans: screens on one side, operations on the other."""

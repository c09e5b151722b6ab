"""Which events are occasions for letters, one module for each subject."""

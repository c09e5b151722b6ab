"""An organisation as its own people run it, and as others see it."""

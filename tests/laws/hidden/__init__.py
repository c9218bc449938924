"""Two bureaus that differ in a hidden lead, and what others see of both."""

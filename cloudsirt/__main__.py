"""`python -m cloudsirt` is the command line."""

from cloudsirt.cli import main

if __name__ == "__main__":
    main()

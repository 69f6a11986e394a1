"""Lets ``python -m hotline`` be the same front door as ``hotline``, where no script is on the path."""

from hotline.cli import main

if __name__ == "__main__":
    main(prog_name="hotline")

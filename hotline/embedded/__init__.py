"""Everything on one machine with one command; without it only an administrator could try the helpline."""

from hotline.embedded.house import up

__all__ = ["up"]

"""Who may ask what about telephones and texts; part of the one table of :mod:`hotline.web.access`.

The provider's own door is open to anyone: its signature is the authority (``intake/provider.py``).
"""

from hotline.domain.contact import Role
from hotline.web.circles import ANYONE, READERS

PHONE: dict[str, str | frozenset[Role]] = {
    "telephone.text_incoming": ANYONE,
    "telephone.text_status": ANYONE,
    "api_staff.get_texts": READERS,
}

"""The carrier that remembers and never dials; without it a helpline without a telephone contract would raise no page.

Its memory is the promise's own record in the database, which the board shows.
"""

from hotline.carriers.paging import PageOrder, Receipt


class SilentCarrier:
    """Accepts every page and does nothing outside."""

    name = "silent"

    def page(self, order: PageOrder) -> Receipt:  # noqa: ARG002 - the same question is asked of every carrier
        """Accept the page; the receipt names this carrier, so that the board never claims a telephone rang."""
        return Receipt(carrier=self.name)

"""Sets pages of a report: titles, cards, bars and tables on A4, with Chinese letters; the words come from outside."""

from collections.abc import Sequence

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from hotline.domain.contact import Language
from hotline.reports import fonts
from hotline.reports.bars import scale

MARGIN_MM = 18.0
INK, SOFT, LINE = (28, 41, 40), (74, 89, 87), (207, 202, 192)
ACCENT, MARKED, GROUND = (29, 92, 88), (196, 87, 10), (245, 243, 238)
_ROW_MM = 6.2
_LABELS = 8
CARDS_A_ROW = 3

Row = tuple[str, ...]


class Paper(FPDF):
    """A document in one language; ``foot`` stands below every page. Raises ``NoFont`` where letters are missing."""

    def __init__(self, language: Language, *, title: str, foot: str) -> None:
        super().__init__(format="A4")
        self.foot = foot
        self.narrow = language is Language.EN
        self.set_title(title)
        self.set_lang(language.value)
        self.set_margins(MARGIN_MM, MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=MARGIN_MM + 6)
        for style, name in (("", fonts.REGULAR), ("B", fonts.BOLD)):
            self.add_font("letters", style, fonts.find(name), collection_font_number=fonts.place(language))
        self.alias_nb_pages()
        self.add_page()

    def normalize_text(self, text: str) -> str:
        """In these letters the English apostrophe is as wide as a Chinese one; the plain one is not."""
        return str(super().normalize_text(text.replace("’", "'") if self.narrow else text))

    def footer(self) -> None:
        """The line below every page, with its number."""
        self.set_y(-MARGIN_MM)
        self._pen(8, SOFT)
        self.cell(self.epw - 20, 5, self.foot)
        self.cell(20, 5, f"{self.page_no()} / {{nb}}", align="R")

    def _pen(self, size: float, ink: tuple[int, int, int] = INK, *, bold: bool = False) -> None:
        self.set_font("letters", "B" if bold else "", size)
        self.set_text_color(*ink)

    def line_of(self, text: str, size: float = 10, *, soft: bool = False, bold: bool = False) -> None:
        """A paragraph over the whole width."""
        self._pen(size, SOFT if soft else INK, bold=bold)
        self.multi_cell(0, size * 0.52, text, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")

    def cover(self, house: str, title: str, lines: Sequence[str]) -> None:
        """The head of the first page."""
        self.set_fill_color(*ACCENT)
        self.rect(0, 0, self.w, 4, style="F")
        self._pen(10, ACCENT, bold=True)
        self.cell(0, 6, house, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._pen(22, bold=True)
        self.multi_cell(0, 12, title, new_x=XPos.LMARGIN, new_y=YPos.NEXT, align="L")
        for line in lines:
            self.line_of(line, 9, soft=True)
        self.ln(4)

    def section(self, title: str, hint: str = "", *, room_mm: float = 40) -> None:
        """A heading; on the next page where its content would be torn from it."""
        if self.will_page_break(room_mm):
            self.add_page()
        self.ln(3)
        self.line_of(title, 13, bold=True)
        if hint:
            self.line_of(hint, 8.5, soft=True)
        self.ln(1.5)

    def cards(self, found: Sequence[tuple[str, str, str]]) -> None:
        """Key figures as cards of (label, value, comparison), three in a row."""
        gap, height = 4.0, 27.0
        width = (self.epw - (CARDS_A_ROW - 1) * gap) / CARDS_A_ROW
        for place, (label, value, compared) in enumerate(found):
            if place % CARDS_A_ROW == 0 and self.will_page_break(height):
                self.add_page()
            x, y = self.l_margin + (place % CARDS_A_ROW) * (width + gap), self.get_y()
            self.set_fill_color(*GROUND)
            self.set_draw_color(*LINE)
            self.rect(x, y, width, height, style="DF", round_corners=True, corner_radius=2)
            for size, ink, bold, down, text in (
                (8.5, SOFT, False, 2.5, label),
                (18, INK, True, 9.5, value),
                (8, SOFT, False, 19.5, compared),
            ):
                self._pen(size, ink, bold=bold)
                self.set_xy(x + 3, y + down)
                self.multi_cell(width - 6, size * 0.42, text, align="L", max_line_height=size * 0.42)
            last = place % CARDS_A_ROW == CARDS_A_ROW - 1 or place == len(found) - 1
            self.set_xy(self.l_margin, y + (height + gap if last else 0))

    def chart(self, rows: Sequence[tuple[str, int, int]], *, height: float = 42.0) -> None:
        """Bars of (name, number, of these marked)."""
        if self.will_page_break(height + 10):
            self.add_page()
        ticks = scale(max((number for _, number, _ in rows), default=0))
        left, floor = self.l_margin + 12, self.get_y() + 2 + height
        span = self.w - self.r_margin - left
        self._pen(7.5, SOFT)
        self.set_draw_color(*LINE)
        for tick in ticks:
            y = floor - height * tick / ticks[-1]
            self.line(left, y, left + span, y)
            self.set_xy(self.l_margin, y - 2)
            self.cell(10, 4, f"{tick}", align="R")
        step, every = span / max(1, len(rows)), max(1, -(-len(rows) // _LABELS))
        for place, (name, number, marked) in enumerate(rows):
            x = left + step * place
            for ink, value in ((ACCENT, number), (MARKED, marked)):
                self.set_fill_color(*ink)
                tall = height * value / ticks[-1]
                if value:
                    self.rect(x + step * 0.12, floor - tall, step * 0.76, tall, style="F")
            if place % every == 0:
                self.set_xy(x + step / 2 - 14, floor + 1)
                self.cell(28, 4, name, align="C")
        self.set_xy(self.l_margin, floor + 7)

    def legend(self, names: Sequence[str]) -> None:
        """What the colours of a chart mean."""
        self._pen(8, SOFT)
        for ink, name in zip((ACCENT, MARKED), names, strict=False):
            self.set_fill_color(*ink)
            self.rect(self.get_x(), self.get_y() + 1, 3, 3, style="F")
            self.set_x(self.get_x() + 4.5)
            self.cell(self.get_string_width(name) + 6, 5, name)
        self.ln(6)

    def table_of(self, heads: Row, rows: Sequence[Row], *, first: float = 0.34) -> None:
        """A table: names at the left, numbers at the right; its head comes again on every page."""
        widths = [self.epw * first] + [self.epw * (1 - first) / max(1, len(heads) - 1)] * (len(heads) - 1)
        self._heads(heads, widths)
        for row in rows:
            if self.will_page_break(_ROW_MM):
                self.add_page()
                self._heads(heads, widths)
            self._pen(9)
            self._cells(row, widths, _ROW_MM)
            self.set_draw_color(*LINE)
            self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())
        self.ln(3)

    def _heads(self, heads: Row, widths: Sequence[float]) -> None:
        self._pen(8, SOFT, bold=True)
        lines = max(self._lines(text, width) for width, text in zip(widths, heads, strict=True))
        y = self.get_y()
        for place, (text, width) in enumerate(zip(heads, widths, strict=True)):
            self.set_xy(self.l_margin + sum(widths[:place]), y)
            self.multi_cell(width, 4, text, align="L" if place == 0 else "R", max_line_height=4)
        self.set_xy(self.l_margin, y + 4 * lines + 1)
        self.set_draw_color(*SOFT)
        self.line(self.l_margin, self.get_y(), self.w - self.r_margin, self.get_y())

    def _lines(self, text: str, width: float) -> int:
        """Over how many lines a text of the present pen runs."""
        if not text:
            return 1
        found = self.multi_cell(width, 4, text, dry_run=True, output="LINES")
        return len(found) if isinstance(found, list) else 1

    def _cells(self, row: Row, widths: Sequence[float], height: float) -> None:
        for place, (text, width) in enumerate(zip(row, widths, strict=True)):
            self.cell(width, height, text, align="L" if place == 0 else "R")
        self.ln(height)

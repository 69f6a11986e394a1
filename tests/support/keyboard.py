"""A person without a mouse: everything is reached by Tab, seen by its focus ring, and worked by keys alone."""

from dataclasses import dataclass

from support.browser import Visitor

MOST_STEPS = 400
"""More than any page has; who needs more would have given up long before."""
AT = "wanted => document.activeElement.matches(wanted)"
SEEN = """() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const inside = box.bottom > 0 && box.top < window.innerHeight && box.right > 0 && box.left < window.innerWidth;
  return { ring: ring || style.boxShadow !== "none", inside, size: box.width * box.height > 0 };
}"""
STEPS_TO = """value => {
  const one = document.activeElement, at = [...one.options].findIndex((option) => option.value === value);
  return at < 0 ? null : at - one.selectedIndex;
}"""


@dataclass
class Keys:
    """The keys of one visitor. ``wanted`` is always a CSS selector of the element meant."""

    visitor: Visitor

    def reach(self, wanted: str) -> None:
        """Tab until the focus is on it; it must then be seen, inside the window, with a ring."""
        page = self.visitor.page
        page.locator(wanted).first.wait_for(state="attached")
        for _ in range(MOST_STEPS):
            if page.evaluate(AT, wanted):
                seen = page.evaluate(SEEN)
                assert all(seen.values()), (wanted, seen)
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {wanted}")

    def press(self, wanted: str, key: str = "Enter") -> None:
        """Go there and press a key."""
        self.reach(wanted)
        self.visitor.page.keyboard.press(key)

    def write(self, wanted: str, text: str) -> None:
        """Go there and type over what stands in it."""
        self.reach(wanted)
        self.visitor.page.keyboard.press("Control+A")
        self.visitor.page.keyboard.insert_text(text)

    def choose(self, wanted: str, value: str) -> None:
        """Go to a list and move through it by arrows, as a closed list is used."""
        self.reach(wanted)
        steps = self.visitor.page.evaluate(STEPS_TO, value)
        assert steps is not None, (wanted, value)
        for _ in range(abs(steps)):
            self.visitor.page.keyboard.press("ArrowDown" if steps > 0 else "ArrowUp")
        assert self.visitor.page.evaluate(STEPS_TO, value) == 0, (wanted, value)

    def pick(self, name: str, value: str) -> None:
        """Go to a group of radio buttons and move to one of them."""
        page = self.visitor.page
        self.reach(f'[name="{name}"]')
        page.keyboard.press("Space")
        for _ in range(20):
            if page.evaluate(AT, f'[name="{name}"][value="{value}"]'):
                return
            page.keyboard.press("ArrowRight")
        raise AssertionError(f"no arrow leads to {value} of {name}")

    def unfold(self, wanted: str) -> None:
        """Open a fold if it is closed."""
        self.reach(f"{wanted} > summary")
        if not self.visitor.page.evaluate("() => document.activeElement.parentElement.open"):
            self.visitor.page.keyboard.press("Enter")

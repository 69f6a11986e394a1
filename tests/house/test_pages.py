"""What a frame names for its own use is no page's: a name given to a page and taken by its frame is silently lost."""

import ast
from pathlib import Path

from jinja2 import Environment, nodes

HOTLINE = Path(__file__).parents[2] / "hotline"


def _parsed() -> dict[str, nodes.Template]:
    jinja = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    pages = HOTLINE.glob("**/templates/**/*.html")
    return {str(page).split("/templates/")[1]: jinja.parse(page.read_text("utf-8")) for page in pages}


def _frames(parsed: dict[str, nodes.Template]) -> list[nodes.Template]:
    extensions = (one for page in parsed.values() for one in page.find_all(nodes.Extends))
    extended = {name.value for one in extensions for name in one.find_all(nodes.Const)}
    return [page for name, page in parsed.items() if name in extended]


def _named(one: nodes.Node) -> set[str]:
    """The names that one statement at the top of a page gives to something."""
    if isinstance(one, nodes.FromImport):
        return {each if isinstance(each, str) else each[1] for each in one.names}
    if isinstance(one, nodes.Macro):
        return {one.name}
    if isinstance(one, nodes.Import):
        return {one.target}
    if isinstance(one, nodes.Assign | nodes.AssignBlock):
        return {each.name for each in one.find_all(nodes.Name) if each.ctx == "store"}
    return set()


def _given() -> set[str]:
    """Every name that a view hands to a page."""
    calls = (
        node
        for path in HOTLINE.glob("**/*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "render_template"
    )
    return {keyword.arg for call in calls for keyword in call.keywords if keyword.arg}


def test_no_frame_takes_a_name_that_a_page_is_given() -> None:
    frames = _frames(_parsed())
    taken = {name for page in frames for one in page.body for name in _named(one)}
    assert frames
    assert "listens" in taken, "the frame of the desks decides who listens; without a name found this test sees nothing"
    assert not taken & _given()

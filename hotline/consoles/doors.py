"""The two blueprints of the desks, shared by the rooms that hang their routes on them."""

from apiflask import APIBlueprint
from flask import Blueprint

pages = Blueprint("staff", __name__, url_prefix="/staff", template_folder="templates")
"""Pages for people; every action is an ordinary form."""

api = APIBlueprint("api_staff", __name__, url_prefix="/api/v1", tag="People of the helpline")
"""The same acts for programs."""

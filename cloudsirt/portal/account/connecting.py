"""Connect your tools: the settings of each product, with one's own addresses filled in."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from cloudsirt.auth import gate
from cloudsirt.auth.permissions import Permission
from cloudsirt.portal.account.products import PRODUCTS, Place, fill
from cloudsirt.portal.chrome import site

pages = Blueprint("connecting", __name__)


@pages.get("/connect")
@gate.needs(Permission.ACCOUNT_READ)
def index() -> ResponseReturnValue:
    """The products; those that only post, for those who may contribute."""
    principal = gate.someone()
    place = Place(site(), principal.person.email, principal.reader.perimeter)
    may_post = principal.standing.may_contribute
    return render_template(
        "connecting.html",
        products=[
            (product, [(setting.name, fill(setting, place)) for setting in product.settings])
            for product in PRODUCTS
            if may_post or not product.posts
        ],
        user_name=principal.person.email,
        may_post=may_post,
    )

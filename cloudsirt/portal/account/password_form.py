"""What a form with a new password was sent with, and what is wrong with it, field by field."""

from dataclasses import dataclass
from typing import Self

from flask import request

from cloudsirt.auth.passwords import PasswordNotAcceptable, check_password


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A new password, given twice; it is never sent back to the browser."""

    password: str
    again: str

    @classmethod
    def of_request(cls) -> Self:
        """As the form at hand was sent."""
        return cls(request.form.get("password", ""), request.form.get("again", ""))

    def problems(self) -> dict[str, str]:
        """What keeps it from being set; empty when nothing does."""
        try:
            check_password(self.password)
        except PasswordNotAcceptable as error:
            return {"password": str(error)}
        if self.password != self.again:
            return {"again": "This is not the same as the password above."}
        return {}

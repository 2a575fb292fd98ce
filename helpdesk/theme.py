"""The console's theme: unfold with the colours of `static/css/tokens.css`."""

from typing import Any

_WEIGHTS = (50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 950)


def _shades(chroma: float, hue: int, lightness: tuple[float, ...]) -> dict[str, str]:
    return {str(weight): f"oklch({light} {chroma} {hue})" for weight, light in zip(_WEIGHTS, lightness, strict=True)}


UNFOLD: dict[str, Any] = {
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": False,
    "LOGIN": {"form": "teams.sign_in.forms.StaffSignInForm", "image": None, "redirect_after": None},
    "BORDER_RADIUS": "6px",
    "COLORS": {
        # The surfaces and inks of the tokens, at the weights where unfold looks for them.
        "base": _shades(0.014, 268, (0.98, 0.95, 0.905, 0.84, 0.69, 0.53, 0.46, 0.36, 0.268, 0.212, 0.175)),
        # 600 is the accent in light, 500 and 400 in dark.
        "primary": _shades(0.17, 275, (0.97, 0.94, 0.88, 0.81, 0.76, 0.7, 0.485, 0.42, 0.37, 0.32, 0.24)),
    },
}

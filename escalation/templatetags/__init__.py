"""Template tags for pages of lower apps, which must not know promises."""

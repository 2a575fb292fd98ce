"""Words for pages that say a little more in the demo."""
